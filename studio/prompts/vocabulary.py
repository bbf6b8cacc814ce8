"""The words by which the coach knows what a prompt says of style, mood, light, camera and composition.

Data only. Phrases are parted by semicolons; each stands for itself, its plural, and with hyphens for spaces.
"""

STYLE = """
photo; photograph; photography; photographic; photorealistic; photoreal; realistic; hyperrealistic;
hyperreal; polaroid; daguerreotype; painting; watercolor; watercolour; oil painting; oil on canvas;
acrylic; gouache; tempera; fresco; mural; ink wash; pen and ink; line art; line drawing; drawing;
sketch; doodle; charcoal; pencil; crayon; chalk; pastel drawing; engraving; etching; woodcut; linocut;
lithograph; screen print; block print; print; risograph; riso; stipple; cross hatching; collage; mosaic;
stained glass; tapestry; embroidery; needlepoint; papercut; paper cut; claymation; stop motion; pixel
art; 8 bit; 16 bit; voxel; low poly; 3d; cgi; render; rendered; rendering; unreal engine; octane;
isometric; vector; flat design; clipart; clip art; cartoon; comic; comic book; manga; anime; chibi;
illustration; illustrated; storybook; graffiti; poster; album cover; book cover; magazine cover; the
cover of; logo; sticker; emoji; icon; blueprint; diagram; infographic; schematic; screenshot;
hieroglyphics; concept art; digital art; fan art; street art; folk art; pop art; op art; fine art; cave
art; matte painting; art deco; art nouveau; baroque; rococo; renaissance; impressionist; impressionism;
impressionistic; expressionist; expressionism; cubist; cubism; surreal; surrealist; surrealism; dada;
dadaist; minimalist; minimalism; minimalistic; abstract; pointillism; pointillist; futurism; futurist;
futuristic; bauhaus; brutalist; constructivist; ukiyo-e; sumi-e; film noir; noir; cyberpunk; steampunk;
synthwave; vaporwave; retro; vintage; retrofuturistic; psychedelic; black and white; monochrome;
monochromatic; sepia; grayscale; greyscale; cinematic; editorial; documentary; animation; animated;
pixar; disney; ghibli; van gogh; rembrandt; picasso; monet; dali; hokusai; klimt; kandinsky; warhol;
mondrian; escher; caravaggio; vermeer; matisse; hopper; da vinci; rockwell; madhubani; film still; movie
still; movie poster; magazine; flyer; style; spray painted; spray paint; chinese ink; in ink; ink
sketch; art; hand painted
"""

MOOD = """
serene; serenity; calm; calmly; calming; peaceful; peacefully; peace; tranquil; quiet; relaxing;
relaxed; cozy; cosy; comforting; dreamy; dreamlike; ethereal; otherworldly; mysterious; mystery;
mystical; magical; enchanting; enchanted; whimsical; playful; joyful; joyous; joy; happy; happily;
happiness; cheerful; cheery; smiling; laughing; festive; celebratory; romantic; tender; intimate;
nostalgic; nostalgia; melancholic; melancholy; wistful; lonely; loneliness; solitude; sad; sadness;
sorrow; gloomy; moody; somber; sombre; bleak; desolate; eerie; spooky; creepy; haunting; haunted;
ominous; menacing; sinister; scary; frightening; frightened; scared; terrifying; terrified; horror;
horrific; horrifying; fear; tense; tension; dramatic; epic; majestic; heroic; triumphant; powerful;
fierce; ferocious; angry; angrily; anger; furious; rage; chaotic; chaos; frantic; hectic; energetic;
dynamic; lively; exciting; excited; hopeful; hope; optimistic; uplifting; inspiring; contemplative;
pensive; thoughtful; meditative; solemn; grim; brooding; foreboding; suspenseful; despair; desperate;
cute; adorable; funny; humorous; silly; comical; goofy; proud; proudly; bored; boredom; confused;
confusing; worried; anxious; surprised; shocked; grumpy; awe; wonder; atmospheric; evil; unsettling;
derision; crying; furrowed; stormy; idyllic; cheering; scowling; frowning; grinning; glum; depressed;
dangerous; elegant; regal; gritty; sensual; whimsy; suspense; mood; amused; bemused; confident;
confidently; dignified; panic; in love; lovestruck
"""

LIGHT = """
lighting; lit; backlit; backlighting; backlight; sunlit; moonlit; candlelit; dimly lit; brightly lit;
soft light; hard light; natural light; warm light; cool light; ambient light; studio light; rim light;
window light; low light; morning light; evening light; ray of light; rays of light; beam of light; light
ray; light beam; street light; streetlight; god ray; sun ray; sunbeam; sunlight; sunshine; sunny; sun;
sunrise; sunset; dawn; dusk; twilight; golden hour; blue hour; midday; noon; daytime; daylight; broad
day; night; nighttime; midnight; moonlight; full moon; starlight; starry; candlelight; by candle;
lamplight; lantern light; torchlight; firelight; neon; neon light; glow; glowing; glows; luminous;
luminescent; bioluminescent; fluorescent; incandescent; radiant; iridescent; shadow; shadowy;
silhouette; silhouetted; high contrast; high key; low key; chiaroscuro; overcast; cloudy day; gray day;
grey day; spotlight; floodlight; headlight; volumetric; in the dark; darkness; dark room; dark cave;
dark forest; dark street; dark alley; dimly; evening; morning; afternoon; sun setting; illuminated;
illuminating; lights; light shining; lens flare; sparkling light; northern lights; aurora
"""

CAMERA = """
close up; closeup; macro; wide angle; wide shot; long shot; medium shot; full shot; full body shot;
establishing shot; extreme close; aerial; drone; bird's eye; birds eye; worm's eye; worms eye; eye
level; from above; from below; from behind; from the side; from the front; from the back; top down;
overhead; low angle; high angle; side view; front view; rear view; back view; top view; quarter view;
quarters view; quarters front view; view from; view of; view through; seen from; viewed from; point of
view; pov; first person view; third person view; perspective; fish eye; fisheye; telephoto; zoom;
zoomed; lens; dslr; slr; depth of field; bokeh; long exposure; motion blur; shallow focus; in focus; out
of focus; sharp focus; soft focus; blurred; blurry; panorama; panoramic; selfie; polaroid; film grain;
35 mm film; kodak; fujifilm; leica; hasselblad; canon eos; nikon; tilt shift; dutch angle; over the
shoulder; portrait; headshot; mugshot; in profile; profile view; angle; shot of; shot from; satellite
view; microscopic view; street view; wide view; top-down view; isometric view; camera angle; looking up
at; looking down at; seen through; telescope view; photo taken; action shot
"""

COMPOSITION = """
foreground; background; centered; centred; in the center; in the centre; in the middle; center of;
symmetrical; symmetric; symmetry; symmetrically; asymmetrical; asymmetric; rule of thirds; leading
lines; negative space; white space; empty space; framed; framing; left side; right side; left half;
right half; top half; bottom half; upper half; lower half; on the left; on the right; to the left; to
the right; left of; right of; on its left; on its right; to its left; to its right; top left; top right;
bottom left; bottom right; upper left; upper right; lower left; lower right; in the corner; at the top;
at the bottom; on one side; on either side; on both sides; on each side; in front of; behind; next to;
beside; alongside; on top of; above; below; beneath; underneath; between; surrounded; in a row; in rows;
row of; side by side; stacked; stack of; diagonal; diagonally; in a circle; in the distance; in a line;
lined up; from left to right; tiled; grid of; near; split screen; diptych; triptych; full frame; fills
the frame; fill the frame; tight crop; cropped; facing each other; back to back; arranged; composition;
layout; atop; adjacent; pyramid of; circle of; opposite; inside of; half covered
"""

FILLER = """
a an the this that these those it its he she his her they their there is are was were be being been has
have having and or of in on at to for from by with without as into onto over under up down out off near
through across around against along within not no very quite some any many several more most few lots
lot one two three four five six seven eight nine ten image picture view shot scene style look
masterpiece best quality high low res resolution highly detailed detail details intricate beautiful
stunning amazing gorgeous award winning trending artstation 4k 8k hd uhd hdr ultra sharp professional
art artwork something anything piece work
"""

LENSES = r"\d+\s?mm(?:\s+(?:film|lens))?|f/\d(?:\.\d)?"
"""What a camera's numbers look like."""

SUGGESTED = {
    "style": ("35 mm film photo", "watercolour painting", "flat vector illustration"),
    "mood": ("serene", "tense", "dreamlike"),
    "light": ("golden hour", "soft window light", "neon at night"),
    "camera": ("close-up", "wide shot", "low angle"),
    "composition": ("centred", "rule of thirds", "lots of negative space"),
}
"""What the coach offers to add where a part is missing."""

CONTRARY = (
    (
        "at night; night; nighttime; midnight; moonlit; moonlight; starry",
        "midday; noon; daytime; daylight; broad day; sunny; midday sun; sunlight; sunshine",
    ),
    (
        "sunrise; dawn",
        "sunset; dusk",
    ),
    (
        "dimly lit; darkness; low key; dark room; dim light; dim room; pitch black",
        "brightly lit; bright light; bright daylight; high key; bright room; bright sunlight; sun drenched",
    ),
    (
        "soft light; diffused light; overcast",
        "hard light; harsh light; harsh shadow; harsh sun",
    ),
    (
        "backlit; silhouette; silhouetted",
        "front lit; frontlit; ring light",
    ),
    (
        "close up; closeup; macro; extreme close",
        (
            "aerial; drone; wide shot; long shot; wide angle; panorama; panoramic; establishing shot; "
            "bird's eye"
        ),
    ),
    (
        "low angle; from below; worm's eye",
        "high angle; from above; top down; overhead; bird's eye",
    ),
    (
        "shallow depth of field; bokeh; blurred background",
        "deep focus; everything in focus; sharp throughout",
    ),
    (
        "black and white; monochrome; monochromatic; grayscale; greyscale; sepia",
        (
            "colorful; colourful; vibrant color; vibrant colour; multicolored; multicoloured; rainbow; "
            "neon color; neon colour; full color; full colour; vivid color; vivid colour; bright color; "
            "bright colour; saturated color; saturated colour; rich color; rich colour"
        ),
    ),
    (
        "photorealistic; photoreal; hyperrealistic",
        "cartoon; pixel art; line art; flat design; low poly; claymation; stick figure; doodle",
    ),
    (
        "minimalist; minimalistic",
        "cluttered; busy; maximalist; ornate",
    ),
    (
        "symmetrical; symmetric; symmetry",
        "asymmetrical; asymmetric; off-centre; off-center; rule of thirds",
    ),
    (
        "centered; centred",
        "off-centre; off-center; rule of thirds",
    ),
    (
        "calm; serene; peaceful; tranquil",
        "chaotic; frantic; hectic; tense; furious; violent",
    ),
    (
        "happy; joyful; cheerful; joyous",
        "gloomy; melancholic; bleak; sombre; somber; depressed",
    ),
    (
        "cozy; cosy; comforting",
        "eerie; creepy; sinister; menacing; ominous",
    ),
    (
        "deserted; empty street; empty beach; empty room",
        "crowded; bustling; packed",
    ),
    (
        "summer",
        "winter; snowy; snow covered",
    ),
    (
        "indoors; interior",
        "outdoors; exterior",
    ),
    (
        "underwater",
        "desert; outer space; on fire",
    ),
    (
        "portrait orientation; vertical composition",
        "landscape orientation; horizontal composition",
    ),
)
"""Pairs of phrases of which a picture can be only one."""

OPPOSED = (
    "bright dark; light dark; empty crowded; huge tiny; large small; big small; wet dry; hot cold; "
    "soft hard; sharp blurry; loud quiet; clean dirty; tidy messy; full empty; day night"
)
"""Pairs of words that contradict each other where they stand side by side, as in “a bright dark room”."""
