"""The words that the sample engine knows, and what each changes."""

from __future__ import annotations

from typing import Final

# One line per word: its forms (plurals and words of the same meaning) | what it changes. f:family=weight, g:tag, t:time,
# w:weather, m:mood, s:medium, h:hue. The family with the most weight is painted.
TABLE: Final = """
crystal crystals crystalline quartz gem gems diamond diamonds prism | f:crystal=6 g:crystal
glass glassy | f:crystal=3 g:glass
futuristic future sci-fi scifi | f:crystal=2 f:city=2 g:future
amethyst | f:crystal=5 h:#9b5de5
emerald | f:crystal=4 h:#2ec486
ruby | f:crystal=4 h:#e0315a
sapphire | f:crystal=4 h:#2f6fed
city cities metropolis skyline downtown | f:city=8 f:crystal=4 g:city
skyscraper skyscrapers tower towers highrise | f:city=7 f:crystal=2 g:tall
cyberpunk | f:street=9 t:night w:rain h:#d04bff g:neon
neon | f:street=4 t:night g:neon h:#ff4fa3
street streets road alley lane avenue | f:street=9 g:street
cafe café bistro bar restaurant | f:street=7 g:cafe
tokyo shibuya kyoto | f:street=6 g:tokyo
paris london york berlin | f:street=5 f:city=3 g:oldtown
umbrella umbrellas | f:street=5 w:rain g:umbrella
car cars taxi bus tram | f:street=6 g:car
village town houses house cottage hut cabin | f:paper=3 f:mountains=4 g:house
castle castles fortress palace | f:mountains=6 g:castle
temple pagoda shrine | f:mountains=6 g:pagoda
bridge bridges | f:city=4 f:mountains=2 g:bridge
paper papercut paper-cut cutout cut-out origami collage | f:paper=20 g:paper
layered layers | f:paper=4 g:layers
mountain mountains peak peaks summit alps alpine | f:mountains=8 g:peak
hill hills | f:mountains=6 g:hills
valley valleys | f:mountains=8 g:valley
lake lakes pond | f:mountains=5 g:lake
river rivers stream | f:mountains=4 g:river
volcano volcanoes lava | f:mountains=9 g:volcano h:#ff5a2a
canyon canyons gorge cliff cliffs mesa | f:dunes=8 g:canyon h:#c8623a
glacier glaciers iceberg icebergs arctic antarctic | f:mountains=7 g:ice h:#8fd0ea
meadow meadows field fields prairie | f:mountains=4 f:botanical=3 g:meadow
pine pines fir firs spruce conifer conifers | f:forest=4 f:mountains=3 g:pine
forest forests wood woods woodland jungle rainforest | f:forest=9 g:forest
tree trees oak birch | f:forest=6 g:tree
path trail | f:forest=4 g:path
deer stag fawn elk | f:forest=9 g:deer
firefly fireflies | f:forest=5 t:night g:fireflies
mushroom mushrooms | f:forest=7 g:mushroom
desert deserts dune dunes sahara | f:dunes=9 g:dune
sand sandy | f:dunes=5 g:sand
camel camels caravan | f:dunes=9 g:camel
pyramid pyramids egypt | f:dunes=8 g:pyramid
cactus cacti | f:dunes=5 f:still=3 g:cactus
oasis | f:dunes=8 g:oasis
sea seas ocean oceans seascape bay | f:sea=8 g:sea
beach beaches shore coast coastline | f:sea=7 g:beach
harbour harbor port pier | f:sea=7 g:pier
lighthouse lighthouses beacon | f:sea=12 g:lighthouse
boat boats sailboat sailboats yacht sail | f:sea=9 g:boat
ship ships galleon | f:sea=8 g:boat g:ship
island islands isle | f:sea=8 g:island
wave waves surf tsunami | f:waves=10 g:wave
ukiyo-e hokusai woodblock japanese japan | f:waves=7 g:ukiyo
underwater undersea submarine deep | f:underwater=9 g:underwater
coral reef reefs | f:underwater=10 g:coral
jellyfish jelly | f:underwater=11 g:jellyfish
fish fishes koi shoal | f:underwater=9 g:fish
whale whales | f:underwater=10 g:whale
shark sharks dolphin dolphins | f:underwater=10 g:shark
turtle turtles | f:underwater=10 g:turtle
octopus squid | f:underwater=10 g:jellyfish g:octopus
space cosmos cosmic universe interstellar | f:space=9 g:space
planet planets saturn jupiter mars exoplanet | f:space=10 g:planet
galaxy galaxies milky | f:space=10 g:galaxy
nebula nebulae | f:space=10 g:nebula
moon lunar moonlight moonlit | f:space=2 t:night g:moon
star stars starry | f:space=3 t:night g:stars
comet meteor meteors shooting | f:space=6 g:comet t:night
rocket rockets spaceship spacecraft starship | f:space=9 g:rocket
astronaut astronauts cosmonaut | f:space=9 g:astronaut
black-hole blackhole eclipse | f:space=11 g:eclipse
aurora borealis northern | f:mountains=4 t:night g:aurora
balloon balloons hot-air | f:balloons=11 g:balloon
airship airships zeppelin blimp | f:balloons=11 g:airship
sky skies heaven | f:balloons=4 g:sky
cloud clouds cloudscape cumulus | f:balloons=5 w:clouds g:cloud
kite kites bird birds gull gulls crane cranes swallow | f:balloons=4 g:birds
dragon dragons | f:mountains=8 g:dragon m:dramatic
cat cats kitten kittens kitty feline | f:animal=12 g:cat
siamese | f:animal=4 g:cat g:siamese
tabby ginger | f:animal=3 g:cat g:ginger
dog dogs puppy puppies hound | f:animal=12 g:dog
fox foxes vixen | f:animal=12 g:fox
wolf wolves husky | f:animal=12 g:wolf
bear bears panda | f:animal=12 g:bear
rabbit rabbits bunny hare | f:animal=12 g:rabbit
owl owls | f:animal=12 g:owl
lion tiger leopard panther | f:animal=12 g:lion
fluffy furry fuzzy | f:animal=2 g:fluffy
sofa sofas couch armchair | f:room=4 g:sofa
velvet | g:velvet h:#8a2f4a
cushion cushions pillow pillows | f:room=3 g:sofa g:cushion
portrait portraits face faces | f:portrait=7 g:portrait
woman women girl girls queen lady mother | f:portrait=9 g:woman
man men boy boys king father wizard | f:portrait=9 g:man
person people human child children dancer | f:portrait=8 g:person
robot robots android cyborg | f:portrait=9 g:robot h:#6f8fa8
vase vases jug pitcher | f:still=8 g:vase
still still-life | f:still=5 g:still
fruit fruits apple apples pear pears orange oranges lemon lemons | f:still=9 g:fruit
bottle bottles wine | f:still=8 g:bottle
cup cups coffee tea mug teapot | f:still=8 g:cup
bread cheese cake food breakfast | f:still=7 g:fruit g:cup
candle candles candlelight candlelit | f:still=6 t:night g:candle h:#ffb347
book books | f:still=5 f:room=3 g:book
room rooms interior indoors bedroom kitchen | f:room=8 g:room
window windows | f:room=7 g:window
library study office desk | f:room=7 g:book g:desk
lamp lamps lantern lanterns | f:room=4 g:lamp
chair table | f:room=5 g:chair
flower flowers floral blossom blossoms bouquet | f:still=4 f:botanical=5 g:flower
rose roses peony peonies | f:still=4 f:botanical=5 g:flower g:rose h:#d8486a
tulip tulips poppy poppies | f:botanical=6 g:flower g:poppy
sunflower sunflowers daisy daisies | f:botanical=6 g:flower g:daisy h:#f2b632
lavender | f:botanical=6 g:flower h:#9a7bd0
cherry sakura | f:botanical=6 g:flower g:sakura h:#f5a3bd
garden gardens park | f:botanical=7 g:garden
leaf leaves fern ferns foliage plant plants botanical monstera | f:botanical=8 g:leaf
butterfly butterflies moth bee bees dragonfly | f:botanical=8 g:butterfly
frost frosty frosted rime | f:frost=14 g:frost
ice icy frozen icicle icicles | f:frost=7 g:ice h:#a9d8ee
snowflake snowflakes | f:frost=12 g:snowflake
macro microscope microscopic closeup close-up | f:frost=4 f:botanical=3 g:macro
bauhaus geometric geometry shapes | f:bauhaus=10 g:geometric
circle circles square squares triangle triangles | f:bauhaus=8 g:circle
minimalist minimal simple | f:bauhaus=3 m:calm g:minimal
abstract abstraction | f:bauhaus=3 f:flow=4 g:abstract
kandinsky mondrian klee cubist cubism | f:bauhaus=10 g:kandinsky
flow flowing swirl swirls swirling fluid | f:flow=9 g:swirl
energy electric music sound jazz | f:flow=8 g:music
smoke silk ribbon ribbons | f:flow=8 g:silk
fractal fractals generative algorithm | f:flow=6 f:mandala=4 g:fractal
mandala mandalas kaleidoscope ornament | f:mandala=11 g:mandala
pattern patterns symmetry symmetrical tile tiles mosaic | f:mandala=8 g:pattern
stained | f:mandala=7 g:stained
dream dreams dreamy dreamlike surreal | f:flow=1 m:dreamy
idea thought mind memory time soul love hope | f:flow=5 m:dreamy g:idea
fire flame flames burning | f:flow=6 h:#ff6a2a g:fire
night nighttime midnight nocturnal | t:night
dusk twilight evening nightfall | t:dusk
sunset sundown | t:dusk g:sun
dawn sunrise daybreak | t:dawn g:sun
morning | t:dawn
noon midday day daylight afternoon | t:day
sunny sun sunshine sunlit summer | t:day g:sun m:joyful
golden gold | t:golden h:#f2b541
autumn fall | t:golden h:#d9772f g:autumn
winter wintry | w:snow h:#9fc4de
spring springtime | t:day g:spring h:#a8d08d
mist misty fog foggy haze hazy | w:mist
rain rainy raining drizzle wet | w:rain f:street=1
snow snowy snowing blizzard | w:snow
storm stormy thunder lightning tempest | w:storm m:dramatic
cloudy overcast grey gray | w:clouds t:grey
wind windy breeze | w:clouds g:wind
calm quiet peaceful serene tranquil silent | m:calm
dramatic epic majestic cinematic powerful | m:dramatic
magic magical mystical fairy enchanted fantasy | m:dreamy g:magic h:#a98bf0
dark gloomy gothic haunted spooky ghost horror | m:eerie t:night
happy joyful cheerful bright vibrant colourful colorful | m:joyful
lonely sad abandoned melancholy ruin ruins | m:bleak t:grey
ancient old antique medieval | g:old h:#b08d57
cosy cozy warm | m:calm h:#e8935a g:warm
cold cool | h:#6fa8d6 g:cold
red crimson scarlet | h:#d9303a
amber copper bronze | h:#d98a3a
yellow | h:#f5d03b
green | h:#3fae5a
teal turquoise cyan aqua | h:#24b3b3
blue azure navy | h:#2f6fd0
purple violet indigo | h:#7a4fd0
pink magenta | h:#ef5fa0
white ivory pale | h:#e8e6df g:white
black | h:#20242c t:night g:black
silver | h:#b7c0c9
brown | h:#8a5a36
pastel | m:dreamy h:#f3c6d3 g:pastel
watercolour watercolor aquarelle wash | s:watercolour
oil impasto impressionist impressionism monet gogh painterly painting | s:oil
ink sumi-e sketch drawing charcoal pencil etching | s:ink
pixel pixelart 8-bit 16-bit retro | s:pixel
sepia vintage daguerreotype | s:sepia
monochrome noir black-and-white greyscale grayscale | s:monochrome
film analogue polaroid 35mm photo photograph photography | s:film
"""
