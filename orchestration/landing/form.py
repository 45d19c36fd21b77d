"""What a form asks for the columns of a feed: words for people, on top of the contract, which says all the rest.

A feed has a form when its table declares `config.meta.form`; each of its columns then has one, too. Types, codes,
bounds and the order of the fields are those of the contract. The words are French: those who fill forms in are.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr


class FeedForm(BaseModel):
    """The form of a feed: its title, and a sentence on who is to fill it in and when."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: StrictStr = Field(min_length=1)
    lead: StrictStr = ""


class FieldForm(BaseModel):
    """The field of a column.

    `codes` gives the words of each code of the vocabulary. `section` begins a group of fields under this title, which
    is `folded` when few need it. `proposed` is what stands in the field before anyone has written there: the present
    moment (`now`), a number that nobody else has (`number`), or the text `default`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: StrictStr = Field(min_length=1)
    hint: StrictStr = ""
    codes: dict[StrictStr, StrictStr] = Field(default_factory=dict)
    section: StrictStr = ""
    folded: StrictBool = False
    proposed: Literal["", "now", "number"] = ""
    default: StrictStr = ""
