"""Dashboard, theme pages and territory sheets, and what all pages of the site share.

Every figure on a page stands in a `<data>` element: its `value` is that of the file, `data-of` says which row it is
(indicator, level, place, period, last day, scheme and stratum), so that a program can read and a test compare it.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup, escape

from orchestration.release import words
from orchestration.release.charts import BUNDLE, drawn, embedded
from orchestration.release.methods import LANGUAGES, environment
from orchestration.site.changes import Change, change, told
from orchestration.site.shown import Curve, Shown, Theme

# Points of a sparkline, and its size.
SPARK, WIDTH, HEIGHT = 60, 132, 34
KEY = ("indicator", "geo_level", "geo_code", "period", "period_end", "stratum_scheme", "stratum")


def row_key(row: Mapping) -> str:
    """What identifies a figure, as the pages write it into `data-of`."""
    return "|".join(str(row[name]) for name in KEY)


def figure(row: Mapping | None, decimals: int, language: str) -> Markup:
    """A figure as the language writes it; where there is none the reason, which looks like no number."""
    if row is None:
        return Markup('<span class="none">{}</span>').format("sans figure" if language == "en" else "pas de chiffre")
    if row["value"] is None:
        return Markup('<span class="none">{}</span>').format(words.word("status", row["status"], language))
    shown = words.number(row["value"], language, decimals)
    return Markup('<data value="{}" data-of="{}">{}</data>').format(repr(row["value"]), row_key(row), shown)


def changed(curve: Curve | None, entry: Mapping) -> Change | None:
    """The change of the last figure of a curve that is not provisional since the one a week before."""
    return change(curve.sure, curve.before, entry["unit_en"], curve.is_count) if curve and curve.sure else None


def sparkline(curve: Curve | None, language: str | None) -> Markup:
    """A curve without axes: the last figures, provisional ones dashed, a dot on the last; a gap where none is known.
    Without a language it says nothing to who does not see it: the figures stand beside it."""
    part = slice(max(curve.due - SPARK, 0), curve.due) if curve else slice(0)
    values = curve.value[part] if curve else []
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return Markup("")
    low, span = min(0.0, *known), (max(known) - min(0.0, *known)) or 1.0
    step = (WIDTH - 8) / (len(values) - 1)
    points = [
        None if value is None else f"{4 + n * step:.0f} {HEIGHT - 4 - (value - low) / span * (HEIGHT - 8):.0f}"
        for n, value in enumerate(values)
    ]
    status = curve.status[part]
    first = next((n for n, each in enumerate(status) if each == "provisional"), len(values))
    dashed = f'<path d="{_line(points[max(first - 1, 0) :])}" class="dashed"/>' if first < len(values) else ""
    x, y = next(point for point in reversed(points) if point).split()
    said = " aria-hidden=true"
    if language:
        ends = [words.number(known[n], language) for n in (0, -1)]
        days = [words.date(curve.days[part][n], language) for n in (0, -1)]
        text = {"fr": "De {0} le {2} à {1} le {3}", "en": "From {0} on {2} to {1} on {3}"}[language].format(
            *ends, *days
        )
        said = f' role="img" aria-label="{escape(text)}"'
    return Markup(
        f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}"{said}><path d="{_line(points[:first])}"/>'
        f'{dashed}<circle cx="{x}" cy="{y}" r="2.5"/></svg>'
    )


def _line(points: Iterable[str | None]) -> str:
    """A path through points (`x y`), broken where one is missing."""
    path, pen = [], "M"
    for point in points:
        if point:
            path.append(pen + point)
        pen = "L" if point else "M"
    return "".join(path)


class Pages:
    """Writes the pages of a site below its folder, in both languages."""

    def __init__(self, shown: Shown, folder: Path) -> None:
        """Prepare the templates, with what they ask of the release."""
        self.shown, self.folder = shown, folder
        self._jinja = {language: self._environment(language) for language in LANGUAGES}

    def _environment(self, language: str) -> Environment:
        jinja = environment(language)
        jinja.globals |= {
            "figure": lambda row, decimals: figure(row, decimals, language),
            "spark": lambda curve: sparkline(curve, language),
            "change": lambda curve, entry: change_words(curve, entry, language),
            "stratum": lambda entry, row: self.shown.stratum_words(
                entry["name"], (row["stratum_scheme"], row["stratum"]), language
            ),
            "title": lambda entry: words.typeset(entry[f"title_{language}"]) if language == "fr" else entry["title_en"],
            "unit": lambda entry: words.typeset(entry["unit_fr"]) if language == "fr" else entry["unit_en"],
            "bundle": BUNDLE,
            "standing": lambda entry: _standing(entry, language),
        }
        jinja.filters["wordsof"] = lambda text: list(dict.fromkeys(text.split()))
        return jinja

    def write(
        self, template: str, name: str, languages: Iterable[str] = LANGUAGES, alone: bool = False, **told: object
    ) -> None:
        """Render `template` as the page `name`, in which `{}` stands for the mark of the language: `index{}.html` is
        French without one, `a.{}.html` has one in both. A page that stands `alone` has no other language."""
        for language in languages:
            other = "en" if language == "fr" else "fr"
            path = self.folder / page_name(name, language)
            path.parent.mkdir(parents=True, exist_ok=True)
            html = (
                self._jinja[language]
                .get_template(template)
                .render(
                    **self.shown.header,
                    **told,
                    root="../" * (len(Path(name).parts) - 1),
                    other=None if alone else Path(page_name(name, other)).name,
                    shown=self.shown,
                    notices=self.shown.catalogue["notices"],
                    themes=self.shown.themes,
                )
            )
            path.write_text(html, encoding="utf-8")


def page_name(name: str, language: str) -> str:
    """The path of a page in a language."""
    mark = language if ".{}." in name else ("" if language == "fr" else ".en")
    return name.replace("{}", mark)


def change_words(curve: Curve | None, entry: Mapping, language: str) -> Markup:
    """A change as pages show it; with its day where the last figure is provisional, and an earlier one is compared."""
    found = changed(curve, entry)
    text = told(found, language, entry["decimals"])
    kind = "quiet" if found is None or found.small or not found.direction else "up" if found.direction > 0 else "down"
    shown = Markup('<span class="change {}">{}</span>').format(kind, text)
    if found and curve and curve.sure and curve.sure["period_end"] != curve.last["period_end"]:
        day = words.date(curve.sure["period_end"], language).rpartition("\u00a0")[0]
        shown += Markup(' <span class="soft">{} {}</span>').format("au" if language == "fr" else "on", day)
    return shown


def _standing(entry: Mapping, language: str) -> Markup:
    if entry["status"] in (None, "ok"):
        return Markup("")
    kind = "bad" if entry["status"] == "held" else "warn"
    return Markup('<span class="badge {}">{}</span>').format(kind, words.word("standing", entry["status"], language))


def write_dashboard(pages: Pages) -> None:
    """Write the front page: the figures of the day by theme."""
    pages.write("dashboard.html.j2", "index{}.html", curves=pages.shown.whole)


def write_themes(pages: Pages) -> None:
    """Write a page per theme: all its figures in a table, then the curve of each."""
    for theme in pages.shown.themes:
        for language in LANGUAGES:
            pages.write(
                "theme.html.j2",
                f"themes/{theme.name}.{{}}.html",
                [language],
                theme=theme,
                curves=pages.shown.whole,
                of_france=any(each["name"] in pages.shown.national for each in theme.indicators),
                data=embedded(_curves(pages.shown, theme, language)),
            )


def _curves(shown: Shown, theme: Theme, language: str) -> dict:
    """The curves of a theme as the page draws them, by indicator: columns of figures, and what changed when."""
    found = {}
    for entry in theme.indicators:
        curve = shown.whole.get(entry["name"])
        if curve is None or curve.known < 2:
            continue
        bounds = curve.has_interval
        found[entry["name"]] = drawn(
            curve.days,
            {"value": curve.value, "low": curve.low if bounds else None, "high": curve.high if bounds else None},
            curve.provisional,
            curve.last["period_end"],
            (entry["decimals"], entry[f"unit_{language}"]),
            [(each["since"], each["until"], each[language]) for each in shown.events.get(entry["name"], ())],
        )
    return found
