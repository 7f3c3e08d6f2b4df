"""Sentences about a sweep over densities. Knows no event and no widget; numbers are formatted here."""

from collections.abc import Sequence

from app.text.race import method_title
from griffin_core.formatting import DASH, SPACE, agreement, counted, percent, times, whole

STARTING = "Starting …"
NO_PROMPT = "There is no prompt to sweep. Type one in the Race tab, or pick an example there."
NOT_RACED = {
    "text": "The point was not raced: Run was not free in time.",
    "fix": "Press Stop, then Run. The point and its prompt are filled in.",
}
NO_METHOD = "No method is chosen. Tick at least one, such as GRIFFIN."
NO_DENSITY = "No density is given. Write some, such as 0.9 0.75 0.5."
ALL_CROSS = "Nothing here is faster: every point's interval reaches across 1×"
NONE_ABOVE = "Nothing here is faster: no point's interval lies above 1×"
LITTLE_KL = 0.1
"""Mean KL in nats up to which an answer is said to change little."""
BROKEN_KL = 1.0
"""From here on it is said to break."""
PREVIEW_CHARACTERS = 110
MINUTE_S = 90


def preview(prompt: str) -> str:
    """The first words of a prompt on one line."""
    words = " ".join(prompt[: 4 * PREVIEW_CHARACTERS].split())
    if len(words) <= PREVIEW_CHARACTERS:
        return words
    return words[:PREVIEW_CHARACTERS].rpartition(" ")[0] + " …"


def not_a_density(word: str, least: float, most: float) -> str:
    """A word in the field that is no density this page takes."""
    shown = word if len(word) <= 20 else f"{word[:20]}…"
    return (
        f'A density is a number from {least:g} to {most:g}, got "{shown}". '
        "Write them with a point and a space between, such as 0.9 0.5, or 90% 50%."
    )


def too_long_a_list(length: int, most: int) -> str:
    """The field holds more than any sweep needs."""
    return f"The list of densities is {whole(length)} characters long; {whole(most)} is the most. Leave some out."


def too_many_points(densities: int, methods: int, most: int) -> str:
    """More points than one visitor may have measured."""
    product = f" ({whole(densities)} densities, {whole(methods)} methods)" if methods > 1 else ""
    return f"A sweep takes at most {most} points, got {whole(densities * methods)}{product}. Leave some out."


def no_room(prompt_tokens: int, new_tokens: int, context: int) -> str:
    """A prompt after which the model has no room for the text that the points are judged on."""
    return (
        f"The prompt has {counted(prompt_tokens, 'token')}, and a sweep writes {whole(new_tokens)} more, but the "
        f"model's context holds {whole(context)}. Shorten the prompt."
    )


def reading(done: int, total: int) -> str:
    """Status while the prompt is read."""
    return f"Reading the prompt: {whole(done)} of {counted(total, 'token')}"


def answering(done: int, total: int) -> str:
    """Status while the full model writes the text that every point is judged on."""
    return f"The full model answers: {whole(done)} of at most {counted(total, 'token')}"


def measuring(done: int, total: int, left_s: float | None) -> str:
    """Status while points arrive. left_s: None before the first point has shown how long one takes."""
    left = "" if left_s is None else f", about {_duration(left_s)} left"
    return f"{whole(done)} of {counted(total, 'point')}{left}"


def done(points: int) -> str:
    """Status at the end."""
    return f"Done: {counted(points, 'point')}."


def stopped(done: int, total: int) -> str:
    """Status after Stop. total: 0 when it had not begun."""
    return f"Stopped: {whole(done)} of {counted(total, 'point')} measured." if total else "Stopped."


def cells(
    *,
    name: str,
    density: float,
    kl: float,
    top1: float,
    speedup: float | None,
    interval: tuple[float, float] | None,
    roofline: float | None,
    bytes_share: float,
) -> tuple[str, ...]:
    """A row of the table."""
    return (
        name,
        percent(density),
        _kl(kl),
        agreement(top1),
        times(speedup),
        DASH if interval is None else f"{interval[0]:.2f}–{interval[1]:.2f}",
        times(roofline),
        percent(bytes_share),
    )


def facts(
    *,
    name: str,
    density: float,
    tokens: int,
    kl: float,
    top1: float,
    speedup: float | None,
    interval: tuple[float, float] | None,
    roofline: float | None,
    bytes_share: float,
    sound: bool = True,
) -> tuple[str, ...]:
    """A point in words, a fact a line. sound: noise alone could not have put it there."""
    speed = "speed was not measured" if speedup is None else f"{times(speedup)} as fast"
    if interval is not None:
        speed += f", 95{SPACE}% interval {interval[0]:.2f}–{interval[1]:.2f}"
    bytes_line = f"{percent(bytes_share)} of the feed-forward bytes"
    if roofline is not None:
        bytes_line += f", which allow {times(roofline)}"
    doubt = "" if sound or interval is None else _doubt(interval, roofline)
    told = (
        f"{name}, density {percent(density)}",
        f"KL {_kl(kl)}{SPACE}nats a token",
        f"same first choice at {agreement(top1)} of {counted(tokens, 'token')}",
        speed,
        bytes_line,
    )
    return (*told, doubt) if doubt else told


def _doubt(interval: tuple[float, float], roofline: float | None) -> str:
    """Why a point is hollow."""
    if interval[0] <= 1 <= interval[1]:
        return "hollow: the interval reaches across 1×"
    return f"hollow: the interval reaches beyond the byte roofline of {times(roofline)}"


def little(density: float, kl: float, *, down_to: bool) -> str:
    """Where the answer changes little."""
    return f"{'Down to' if down_to else 'At'} {percent(density)} the answer changes little (KL {_short(kl)})"


def faster(speedup: float) -> str:
    """What comes after `little` when it pays."""
    return f", and decoding is {times(speedup)} as fast"


def dear(density: float, speedup: float, kl: float, *, breaks: bool) -> str:
    """The gentlest point that is clearly faster still costs too much."""
    price = "breaks" if breaks else "changes"
    return (
        f"No point is a good deal: the gentlest that is clearly faster ({percent(density)}, {times(speedup)}) {price} "
        f"the answer (KL {_short(kl)})"
    )


def breaking(density: float, *, below: bool) -> str:
    """Where the answer breaks, the rest of a sentence."""
    return f"at {percent(density)}{' and below' if below else ''} it breaks"


BROKEN_EVERYWHERE = "the answer breaks at every density"
CHANGED_EVERYWHERE = "the answer changes at every density"
NOT_TIMED = "speed was not measured"
NOT_FASTER = "but nothing is clearly faster"


def of_method(method: str) -> str:
    """Whose points a sentence is about, at its start."""
    return f"with {_inside(method)} "


def lose_less(method: str, densities: Sequence[float]) -> str:
    """Another method than the judged one, where its KL is lower."""
    return f"{method_title(method)} lose less at {_list(densities)}."


def lose_more(method: str, densities: Sequence[float]) -> str:
    """Another method than the judged one, where its KL is higher; elsewhere it is equal."""
    return f"{method_title(method)} lose more at {_list(densities)}."


def lose_more_everywhere(methods: Sequence[str]) -> str:
    """Other methods than the judged one, whose KL is higher wherever both were measured."""
    first, *others = methods
    return f"{' and '.join([method_title(first), *map(_inside, others)])} lose more at every density."


def judged(little_kl: float, broken_kl: float) -> str:
    """How the sentence is arrived at."""
    return (
        f"“Changes little” means a mean KL of at most {little_kl:g}{SPACE}nats a token, “breaks” means {broken_kl:g} "
        "or more. KL is 0 where the pruned model gives every next token the full model's probability. “Faster” means "
        f"that the whole 95{SPACE}% interval of the speed-up lies above 1×. The interval comes from the scatter of the "
        "token times in this one sweep; it knows nothing of how runs differ. Over speed a point is hollow, and left "
        "out of the Pareto line, where its interval reaches across 1× or beyond the byte roofline: noise could have "
        "put it there. "
        "All is judged on the full model's greedy answer."
    )


def _list(densities: Sequence[float]) -> str:
    return ", ".join(percent(density) for density in densities)


def _inside(method: str) -> str:
    """A method's name within a sentence."""
    title = method_title(method)
    return title if title.isupper() else title[:1].lower() + title[1:]


def _kl(kl: float) -> str:
    return f"{kl:.2f}" if kl >= 0.095 else f"{kl:.3f}"


def _short(kl: float) -> str:
    """The same without zeros at the end, for a sentence."""
    return f"{round(kl, 3 if kl < 0.095 else 2):g}"


def _duration(seconds: float) -> str:
    if seconds < MINUTE_S:
        return f"{max(1, round(seconds))}{SPACE}s"
    return f"{round(seconds / 60)}{SPACE}min"
