"""Who has a web app on the platform: 400 names with capitals in them, and 50 without.

The two users of the story come first; the others are drawn, the same ones every time.
"""
import random

WORDS = """able acorn amber ash atlas aurora badger bay birch blue bolt brook cedar cinder cliff
clover cobalt comet coral crow dapper dawn delta drift dusk eagle east ember fable falcon fern
finch flint fox frost gale garnet ginger glen gold grove harbor hawk hazel heron holly ink iris
ivory jade jasper jay juniper kestrel kite lark lemon lily lunar maple marsh mica mint moss night
north oak ocean olive onyx orchid otter owl pearl pepper pine plum quartz quill raven reed river
robin ruby rust sage salt scarlet shadow silver sky slate snow sparrow spruce stone storm swift
thistle tide timber topaz tulip umber velvet violet walnut west willow wind winter wolf wren zen
""".split()


def users(mixed=400, plain=50):
    """Two lists of names; no two differ in case only."""
    draw = random.Random(2014)
    taken = {"ironhand", "joebuty"}

    def new(style):
        while True:
            name = style(draw)
            if name.lower() not in taken:
                taken.add(name.lower())
                return name

    return (
        ["IronHand", "JoeButy"] + [new(with_capitals) for _ in range(mixed - 2)],
        [new(without) for _ in range(plain)],
    )


def with_capitals(draw):
    """Words run together as in the story's two names, each with a capital, but for some first ones."""
    one, two, three = (draw.choice(WORDS).title() for _ in range(3))
    return draw.choice([
        f"{one}{two}",
        f"{one}{two}",
        f"{one.lower()}{two}",
        f"{one}{two}{draw.randrange(1, 100)}",
        f"{one}{two}{three}",
    ])


def without(draw):
    return draw.choice(WORDS) + draw.choice(WORDS) + draw.choice(["", str(draw.randrange(100))])
