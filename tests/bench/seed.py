"""`python -m tests.bench.seed KEY PLAN JOBS`: a key for a member of a studio, and a run of theirs."""

import sys
import uuid

import django


def main() -> None:
    """Give the demonstration's designer the key, credits and one run of small images."""
    text, plan, jobs = sys.argv[1], sys.argv[2], int(sys.argv[3])
    django.setup()
    from studio.accounts import keys
    from studio.accounts.models import Member
    from studio.accounts.plans import Plan
    from studio.credits import ledger
    from studio.generation import runs
    from studio.generation.recipe import Recipe

    owner = Member.objects.filter(role="owner").earliest("joined_at")
    designer = Member.objects.filter(role="designer").earliest("joined_at")
    keys.save_key(member=designer, text=text, plan=Plan(plan), actor=designer)
    ledger.grant(designer, 50 * jobs, actor=owner, reason="for the measurement", reference=uuid.uuid4())
    numbers = "|".join(str(number) for number in range(jobs))
    recipe = Recipe(
        template=f"dune {{{numbers}}}", each=1, width=512, height=512, parameters={"quality": "draft"}
    )
    runs.start(designer, recipe, token=uuid.uuid4().hex)


if __name__ == "__main__":
    main()
