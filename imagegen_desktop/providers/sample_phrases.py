"""The phrases that the offline rewriter adds, by what they speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imagegen_desktop.imaging.samples.brief import Family, Time, Weather

if TYPE_CHECKING:
    from collections.abc import Mapping

# What a family of scenes is about, for the choice of details.
KINDS: Final[Mapping[Family | None, str]] = {
    Family.ANIMAL: "animal",
    Family.CRYSTAL: "city",
    Family.CITY: "city",
    Family.STREET: "street",
    Family.MOUNTAINS: "land",
    Family.FOREST: "wood",
    Family.DUNES: "desert",
    Family.SEA: "sea",
    Family.WAVES: "sea",
    Family.UNDERWATER: "deep",
    Family.SPACE: "space",
    Family.BALLOONS: "sky",
    Family.PORTRAIT: "person",
    Family.STILL: "table",
    Family.ROOM: "room",
    Family.BOTANICAL: "plant",
    Family.FROST: "small",
    Family.PAPER: "paper",
}
INDOORS: Final = frozenset({"animal", "person", "table", "room", "small", "paper"})

# Words put into {slots} of the phrases below: more of them, fewer tails that sound alike.
PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "cloth": ("velvet", "faded linen", "moss-green corduroy", "patchwork", "dark damask", "worn tweed"),
    "seat": ("sofa", "armchair", "window seat", "chaise longue", "cushioned bench", "daybed"),
    "hue": ("copper", "teal", "rose", "indigo", "ochre", "slate blue", "sage", "apricot", "plum", "ivory", "vermilion"),
    "hue2": (
        "amber",
        "midnight blue",
        "chalk white",
        "moss",
        "burgundy",
        "pale gold",
        "pearl grey",
        "turquoise",
        "graphite",
    ),
    "stone": ("basalt", "sandstone", "pale granite", "slate", "limestone"),
    "side": ("left", "right"),
    "lens": ("35 mm", "50 mm", "85 mm", "24 mm", "70 mm"),
    "soft": ("soft", "hushed", "delicate", "gentle", "feathery", "silken"),
    "strong": ("bold", "crisp", "striking", "vivid", "sculpted", "luminous"),
}

DETAILS: Final[Mapping[str, tuple[str, ...]]] = {
    "animal": (
        "fur thick and silver-tipped, settled on a {cloth} {seat}",
        "eyes bright as glass, sitting upright on a {cloth} {seat}",
        "whiskers catching the light, half asleep on a {cloth} {seat}",
        "every hair told apart, looking up from a {cloth} {seat}",
        "ears pricked at some distant sound, in front of a {hue} wall",
        "head tilted with curiosity, paws tucked in on a {cloth} {seat}",
    ),
    "city": (
        "terraces and slender bridges hung between {hue} towers",
        "faceted facades that split the sky into {hue} and {hue2}",
        "thousands of small windows above a mirror-still canal",
        "spires rising out of low cloud, tiny craft drifting between them",
        "hanging gardens spilling over {stone} ledges",
        "glowing arcades at the waterside, tall forms fading into haze",
    ),
    "street": (
        "shop signs doubled in the wet {stone} paving",
        "a lone passer-by far down the pavement, steam over a grating",
        "{hue} awnings, tangled wires, a bicycle against the wall",
        "puddles holding whole facades upside down",
        "crooked balconies with laundry and potted herbs",
    ),
    "land": (
        "ridge behind ridge thinning into {hue} air",
        "a winding river catching the last of the sky between {stone} slopes",
        "wind-bent trees on an outcrop of {stone} in front",
        "shreds of cloud caught on the higher slopes",
        "wildflowers in the grass nearest to us, a white line on the farthest crest",
        "a narrow track climbing out of sight among boulders of {stone}",
    ),
    "wood": (
        "moss over {stone} and root, ferns at the edge of a small clearing",
        "trunks receding into {soft} haze, a thread of water between them",
        "fallen leaves in {hue} and {hue2} underfoot",
        "spider silk beaded with dew between the nearest branches",
        "a half-hidden footbridge of weathered planks",
    ),
    "desert": (
        "knife-edged crests of sand drawn by the wind",
        "ripples running to a far {stone} butte, one set of footprints",
        "dust hanging in {hue} veils above the slip faces",
        "long blue hollows between the slopes, a lone acacia far off",
    ),
    "sea": (
        "long swell breaking into lace over {stone} ledges",
        "wet {stone} in front, gulls far out over the water",
        "a {hue} sail on the line where water meets air",
        "spray drifting off the crests, foam drawn into threads",
        "tidal pools that hold pieces of the sky",
    ),
    "deep": (
        "shafts of brightness leaning through {hue} water",
        "drifting motes, a shoal turning as one in the distance",
        "sea fans in {hue} and {hue2} on a shelf of {stone}",
        "bubbles rising past a wall that falls away into blue",
    ),
    "space": (
        "rings of ice and dust edged with {hue}",
        "a small moon crossing in transit, its shadow long",
        "veils of {hue} gas folded around newborn stars",
        "cratered {stone} in front, a thin atmosphere burning along the limb",
    ),
    "sky": (
        "striped silk in {hue} and {hue2}, ropes and wicker finely drawn",
        "towers of cloud with {soft} undersides, a patchwork of fields far below",
        "a river of mist in the lowlands, church spires above it",
        "brass fittings glinting, long pennants in the wind",
    ),
    "person": (
        "hair stirred by a draught, a {hue} scarf loosely knotted",
        "gaze turned past us, hands at rest, the cloth heavy and finely woven",
        "small scars and laugh lines left as they are, a {hue} collar",
        "half in profile before a wall of {hue} plaster",
    ),
    "table": (
        "on a {stone} ledge with a crumpled {hue} cloth",
        "a chipped {hue} bowl beside it, crumbs and one fallen petal",
        "arranged on dark oak, a half-drawn curtain behind",
        "dew on the skins, a pewter plate with a {soft} sheen",
    ),
    "room": (
        "worn floorboards, a {cloth} {seat}, papers left open",
        "tall shutters half closed, a {hue} rug, trailing plants",
        "a kettle still steaming, coats on their pegs, a {cloth} {seat}",
        "stacked volumes, a brass clock, one {hue} chair pulled out",
    ),
    "plant": (
        "veins and fine hairs drawn clearly, a drop hanging from one tip",
        "seed heads and tendrils in front, {soft} shapes behind",
        "a small {hue} beetle on the lowest stem",
        "petals just past their best, edges curling in {hue}",
    ),
    "small": (
        "feathered needles branching from a single seed",
        "hairline cracks, trapped bubbles, a rim of {hue}",
        "each edge splitting the background into {hue} and {hue2}",
        "branching ferns of crystal over a blurred {hue} distance",
    ),
    "paper": (
        "cut edges casting small true shadows, {hue} card behind {hue2}",
        "seven layers deep, fibres showing along every cut",
        "tiny figures and trees snipped from {hue} sheets",
        "fold lines and pinholes left visible, a lamp behind the last sheet",
    ),
    "free": (
        "shapes in {hue} and {hue2} that answer one another",
        "a single {hue} accent where the eye comes to rest",
        "surfaces of {stone} and {cloth} set side by side",
        "one large quiet form against many small restless ones",
        "a thread of {hue} wandering through the whole scene",
        "something half remembered at the edge, drawn in {hue2}",
    ),
}

LIGHTS: Final[Mapping[Time, tuple[str, ...]]] = {
    Time.DAWN: (
        "first sun grazing every edge in {hue}",
        "pale early brightness with long cool shadows",
        "the hour before sunrise, {soft} and nearly shadowless",
        "a low {hue} sun just clear of the horizon",
    ),
    Time.DAY: (
        "high clear sun with short {strong} shadows",
        "open shade and a bright sky, whites kept clean",
        "sun through thin cloud, every tone distinct",
        "{strong} overhead brightness bounced from pale ground",
    ),
    Time.GOLDEN: (
        "late {hue} sun from the {side}, dust in the beams",
        "honeyed low rays and shadows three times as long as things are tall",
        "warm rim on every contour, cool {hue2} in the hollows",
    ),
    Time.DUSK: (
        "afterglow in {hue} above, first lamps coming on below",
        "the blue hour, one warm source on the {side}",
        "a band of {hue} along the skyline, all else turning {hue2}",
        "fading sky and {soft} silhouettes",
    ),
    Time.NIGHT: (
        "moonlit edges, the rest left in deep {hue2}",
        "small warm lamps against a {hue} darkness",
        "starlight and one {hue} lantern on the {side}",
        "cool highlights, shadows that keep their detail",
    ),
    Time.GREY: (
        "even overcast brightness, tones close together",
        "a flat silver sky that leaves colours to speak",
        "{soft} daylight without shadows",
    ),
}

LAMP_LIGHT: Final = (
    "cinematic lighting from a tall window on the {side}",
    "one {hue} lamp on the {side} and a {soft} fill",
    "{soft} north light, shadows falling to the {side}",
    "a warm key from the {side}, a cool {hue2} rim behind",
    "lamp-warm highlights on a background gone {hue2}",
)

WEATHER_LIGHT: Final[Mapping[Weather, tuple[str, ...]]] = {
    Weather.MIST: (
        "brightness without a source, edges dissolving one by one",
        "a {hue} disc of sun barely showing through",
        "{soft} veils that thin towards the top",
    ),
    Weather.RAIN: (
        "wet surfaces doubling every glimmer",
        "low sky, {hue} reflections, fine streaks against the dark",
        "a break of {hue} under slate cloud",
    ),
    Weather.SNOW: (
        "{soft} white bounce from below, blue in the hollows",
        "flakes picked out by a {hue} glimmer",
        "a hush of pale {hue2} with one warm window",
    ),
    Weather.STORM: (
        "a shaft of {hue} under bruised cloud",
        "lightning far off, everything near it in hard relief",
        "towering {hue2} cloud split by one clear gap",
    ),
    Weather.CLOUDS: (
        "patches of sun travelling over the ground",
        "bright rims on heavy {hue2} cloud",
        "{soft} shifting brightness from the {side}",
    ),
}

VIEWS: Final = (
    "composed on the {side} third with room to breathe",
    "seen from low down, {strong} diagonals leading in",
    "framed by dark shapes at the {side} edge",
    "wide view with three clear planes of depth",
    "an off-centre balance, empty space on the {side}",
    "shallow depth of field, {lens} lens",
    "a high vantage point looking down to the {side}",
    "near things large and {soft}, far things small and sharp",
    "held in an S-shaped line from the lower {side} corner",
    "{lens} perspective, the eye at standing height",
)

COLOURS: Final = (
    "a restrained palette of {hue} and {hue2}",
    "{hue} against {hue2}, little else",
    "mostly {hue2}, with {hue} kept for one place",
    "{soft} {hue} tones sliding into {hue2}",
    "{strong} {hue} highlights over {hue2} shade",
)

MEDIA: Final = (
    "finely detailed photograph with a trace of grain",
    "gouache on toned paper, visible brushwork",
    "matte painting with {strong} atmosphere",
    "richly textured oil on canvas",
    "precise digital illustration, clean silhouettes",
    "{soft} watercolour with crisp pen lines",
    "medium-format film look, gentle highlights",
    "layered screen print, slightly misregistered",
    "photorealistic rendering, tactile materials",
    "storybook illustration in coloured pencil",
    "large-format photograph, {strong} from edge to edge",
)

FINISHES: Final = (
    "{strong} detail where it matters, calm elsewhere",
    "textures you could touch, nothing overworked",
    "careful edges, {soft} transitions",
    "a finish both {strong} and quiet",
    "subtle irregularities that keep it alive",
)
