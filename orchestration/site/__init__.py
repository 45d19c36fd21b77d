"""What readers see: dashboard, map observatory, territory sheets, bulletins and open-data pages.

All of it is made from the files of a release and nothing else: `catalogue.json`, `datapackage.json` and `open_data/`.
So text, table, map and file never differ, and the site of a release can be made again from it alone (`vigie site`).
"""

from orchestration.site.build import differing_files, write_site, write_without
from orchestration.site.bulletins import due
from orchestration.site.known import known_without

__all__ = ["differing_files", "due", "known_without", "write_site", "write_without"]
