"""What a bare studio begins with: some chips of each category, and who may move the label “production”."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

CHIPS = {
    "subject": [
        ("Person", "portrait of an elderly fisherman"),
        ("Animal", "a red fox"),
        ("City", "a narrow city street"),
        ("Landscape", "a wide mountain valley"),
        ("Interior", "a quiet reading room"),
        ("Still life", "a bowl of ripe pears"),
        ("Product", "a glass perfume bottle"),
        ("Food", "a stack of pancakes"),
    ],
    "style": [
        ("Photograph", "documentary photograph"),
        ("Film", "shot on 35mm film, fine grain"),
        ("Watercolour", "watercolour on rough paper"),
        ("Oil", "oil painting, visible brush strokes"),
        ("Ink", "ink drawing, cross-hatching"),
        ("Poster", "screen-printed poster, flat colours"),
        ("3D", "soft 3D render, matte clay"),
        ("Paper", "layered cut paper"),
    ],
    "light": [
        ("Golden hour", "low golden sunlight"),
        ("Overcast", "soft overcast light"),
        ("Window", "light from a single window"),
        ("Backlit", "backlit, glowing rim"),
        ("Neon", "neon light on wet surfaces"),
        ("Candle", "warm candlelight"),
        ("Studio", "softbox studio light"),
        ("Moon", "cold moonlight"),
    ],
    "camera": [
        ("35 mm", "35mm lens"),
        ("85 mm", "85mm lens, f/1.8"),
        ("Macro", "macro shot, extreme detail"),
        ("Wide", "ultra-wide 16mm lens"),
        ("Telephoto", "200mm telephoto, compressed distance"),
        ("Shallow focus", "shallow depth of field"),
        ("Deep focus", "deep focus, sharp throughout"),
        ("Long exposure", "long exposure, motion blur"),
    ],
    "composition": [
        ("Close-up", "close-up"),
        ("Full body", "full body in frame"),
        ("Wide shot", "wide shot, small figure"),
        ("From above", "view from above"),
        ("Low angle", "low angle"),
        ("Centred", "centred, symmetrical"),
        ("Thirds", "rule of thirds, room on the left"),
        ("Negative space", "much empty space around the subject"),
    ],
    "mood": [
        ("Calm", "calm, still"),
        ("Joyful", "joyful, bright"),
        ("Mysterious", "mysterious, half hidden"),
        ("Melancholy", "melancholy, muted colours"),
        ("Dramatic", "dramatic, high contrast"),
        ("Dreamlike", "dreamlike, hazy"),
        ("Playful", "playful, vivid colours"),
        ("Solemn", "solemn, restrained"),
    ],
}


def begin(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Add the chips, and let reviewers and owners alone say what is in production."""
    Chip = apps.get_model("prompts", "Chip")
    for category, chips in CHIPS.items():
        Chip.objects.bulk_create(
            Chip(category=category, label=label, text=text, order=order)
            for order, (label, text) in enumerate(chips)
        )
    apps.get_model("prompts", "LabelGuard").objects.create(name="production", roles=["reviewer"])


class Migration(migrations.Migration):
    dependencies = [
        ("prompts", "0001_library"),
    ]

    operations = [
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
