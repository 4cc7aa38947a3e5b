"""`rasure places`: rankings, and how well they would have done."""

from typing import Annotated

import typer

from rasure.commands.shared import Format, StoreFolder, one_of, print_json, print_table, run

app = typer.Typer(help="Rank places.", no_args_is_help=True)


@app.command("rank")
def rank(
    as_of: Annotated[str, typer.Option("--as-of", help="Rank as on this day, from offences before it.")],
    lpa: Annotated[str | None, typer.Option("--lpa", help="Policing area, by name or code.")] = None,
    band: Annotated[str, typer.Option("--band", help="all, day or night.")] = "all",
    measure: Annotated[str, typer.Option("--measure", help="count, harm or sqrt_harm.")] = "count",
    top: Annotated[int, typer.Option("--top", min=1, help="How many places.")] = 20,
    institutions: Annotated[
        str, typer.Option("--institutions", help="apart: without hot institutions and default points; in: with them.")
    ] = "apart",
    store: StoreFolder = None,
    format: Format = "csv",  # noqa: A002
) -> None:
    """Rank hexagons by the decayed count of in-scope offences, as the hot-spot page does."""
    from rasure.services.operations import RANK_COLUMNS

    one_of("--institutions", institutions, ("apart", "in"))
    one_of("--band", band, ("all", "day", "night"))
    one_of("--measure", measure, ("count", "harm", "sqrt_harm"))
    asked = {"as_of": as_of, "lpa": lpa, "band": band, "measure": measure, "top": top, "institutions": institutions}
    rows = run("places.rank", asked, store)
    print_table(rows, RANK_COLUMNS, format)


@app.command("backtest")
def backtest(
    cuts: Annotated[
        str, typer.Option("--cuts", help="First days of the test windows, separated by commas; auto: every 90 days.")
    ] = "auto",
    horizon_days: Annotated[int, typer.Option("--horizon-days", min=1, help="Length of a test window.")] = 90,
    lpa: Annotated[str | None, typer.Option("--lpa", help="Policing area, by name or code.")] = None,
    k: Annotated[int, typer.Option("--k", min=1, help="How many places each method chooses.")] = 50,
    store: StoreFolder = None,
    format: Format = "json",  # noqa: A002
) -> None:
    """Rank as on earlier days and count what came after: the decayed count against simpler counts and density."""
    one_of("--format", format, ("csv", "json"))
    found = run("places.backtest", {"cuts": cuts, "horizon_days": horizon_days, "lpa": lpa, "k": k}, store)
    if format == "json":
        print_json(found)
    else:
        from rasure.services.backtest_words import WINDOW_HEADS

        print_table(found["windows"], WINDOW_HEADS, format)
