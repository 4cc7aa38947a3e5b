"""Text that a record, an address or a name may hold and that must stay text: written here, for every layer there is.

What runs sets `window.__hit`; what loads or leads anywhere goes to a host that does not exist. Elements that come to
life carry the class `planted`.
"""

OUTSIDE = "tripwire.invalid"

XSS = (
    "<script>window.__hit=1</script>",
    "<img class=planted src=x onerror=window.__hit=2>",
    "<svg class=planted onload=window.__hit=3>",
    '"><svg class=planted/onload=window.__hit=4>',
    "'><img class=planted src=x onerror=window.__hit=5>",
    "</title></textarea></style></script><script>window.__hit=6</script>",
    "<a class=planted href=javascript:window.__hit=7>Lane</a>",
    f"<iframe class=planted src=//{OUTSIDE}/8></iframe>",
    "<iframe class=planted srcdoc='<script>top.__hit=9</script>'></iframe>",
    "<details class=planted open ontoggle=window.__hit=10>x</details>",
    "<b class=planted onmouseover=window.__hit=11 onclick=window.__hit=11>hover</b>",
    "<input class=planted autofocus onfocus=window.__hit=12>",
    f"<link class=planted rel=stylesheet href=//{OUTSIDE}/13.css>",
    f"<style>body{{background:url(//{OUTSIDE}/14)}}</style>",
    f"<form class=planted action=//{OUTSIDE}/15><button>go</button></form>",
    "${window.__hit=16}`+(window.__hit=16)+`{{constructor.constructor('window.__hit=16')()}}",
    "<math><mtext><table><mglyph><style><img class=planted src=x onerror=window.__hit=17></style>",
    "\\x3cimg class=planted src=x onerror=window.__hit=18\\x3e\\u003cscript\\u003ewindow.__hit=18\\u003c/script\\u003e",
)
MARKDOWN = (
    f"![seen](https://{OUTSIDE}/m1.png)",
    f"[the report](https://{OUTSIDE}/m2)",
    "[open](javascript:window.__hit=33)",
    f"<https://{OUTSIDE}/m4>",
    f"[r]: https://{OUTSIDE}/m5 'x' and [r][r]",
    ":red[**not a heading**] :material/warning: $x^2$ `code`",
    f"# Heading | a | b | https://{OUTSIDE}/m7",
)
SQL = (
    "'",
    "''",
    "\"",
    "'; drop table offence; --",
    "'; delete from session; --",
    "' or '1'='1",
    "' or 1=1 --",
    "\" or \"\"=\"",
    "') or ('1'='1",
    "1; attach '/tmp/rasure-attack.db' as attack",
    "'; copy (select 1) to '/tmp/rasure-attack.csv'; --",
    "' union select name from sqlite_master --",
    "' union all select table_name from information_schema.tables --",
    "'; install httpfs; load httpfs; --",
    "' || (select current_setting('home_directory')) || '",
    "'; pragma database_list; --",
    "'; update session set role = 'analyst'; --",
    "$1", "?", "$lpas",
    "%' escape '!",
    "/* */ 1 -- \n select 1",
    "\\'; select 1; --",
    "ʼ or ʼ1ʼ=ʼ1",
)  # fmt: skip
PATHS = (
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/passwd",
    "....//....//etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/ledger.sqlite",
    "..%252fledger.sqlite",
    "ledger.sqlite",
    "file:///etc/passwd",
    "/proc/self/environ",
    "C:\\boot.ini",
    "~/.ssh/id_rsa",
    "con.csv/../audit",
)
FORMULAS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(1+1)",
    '=HYPERLINK("https://tripwire.invalid/f6","open")',
    '=WEBSERVICE("https://tripwire.invalid/f7")',
    '=IMPORTXML("https://tripwire.invalid/f8","//a")',
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "＠SUM(1)",
    "－1+1",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
)
EVERY = (*XSS, *MARKDOWN, *SQL, *PATHS, *FORMULAS)
