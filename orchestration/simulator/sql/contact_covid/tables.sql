-- `merged` is that of a contact alone: first under a case that is merged with another and deleted.
set variable correction_shapes = ['outcome', 'merged', 'call', 'told', 'sex', 'age', 'day', 'place', 'person'];
