"""The day of the house: its hours, the deliveries that it expects, and how it stands."""
