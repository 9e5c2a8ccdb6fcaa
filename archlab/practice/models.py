from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from archlab.practice.schedule import Memory


class ReviewCard(models.Model):
    """One question that one learner has answered, and when to ask it again.

    `block` is its id in `version`, the newest version that the card has met; a card whose block is
    gone there is suspended. `hints` are those open in the review that is under way.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(
        "accounts.Learner", on_delete=models.CASCADE, related_name="review_cards"
    )
    scenario = models.ForeignKey("catalog.Scenario", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(
        "catalog.ScenarioVersion", on_delete=models.PROTECT, related_name="+"
    )
    block = models.CharField(max_length=48)
    stability = models.FloatField()
    difficulty = models.FloatField()
    reviewed = models.DateTimeField()
    due = models.DateTimeField()
    hints = models.PositiveSmallIntegerField(default=0)
    is_suspended = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint("learner", "scenario", "block", name="card_once"),
            models.CheckConstraint(condition=Q(stability__gt=0), name="card_has_memory"),
        )
        indexes = (models.Index("learner", "is_suspended", "due", name="cards_due"),)
        ordering = ("due", "id")

    def __str__(self) -> str:
        return f"{self.block} of {self.learner_id}"

    @property
    def memory(self) -> Memory:
        return Memory(self.stability, self.difficulty, self.reviewed, self.due)

    @memory.setter
    def memory(self, memory: Memory) -> None:
        self.stability = memory.stability
        self.difficulty = memory.difficulty
        self.reviewed = memory.reviewed
        self.due = memory.due


class Mix(models.Model):
    """A round of questions that a learner put together: which cards, in which order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey("accounts.Learner", on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()
    cards = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint("learner", "key", name="mix_key_once"),)

    def __str__(self) -> str:
        return str(self.id)


class Review(models.Model):
    """An answer to a card: appended, never changed. The same `key` is the same answer.

    `raw` is the mark from 0 to 1; `is_counted` says whether the answer moved the card's date.
    """

    class Where(models.TextChoices):
        JOURNEY = "journey"
        PRACTICE = "practice"

    class Rating(models.TextChoices):
        AGAIN = "again"
        HARD = "hard"
        GOOD = "good"

    card = models.ForeignKey(ReviewCard, on_delete=models.CASCADE, related_name="reviews")
    key = models.UUIDField()
    answer = models.JSONField()
    raw = models.DecimalField(max_digits=5, decimal_places=4)
    rating = models.CharField(max_length=5, choices=Rating.choices)
    hints = models.PositiveSmallIntegerField(default=0)
    is_counted = models.BooleanField()
    due = models.DateTimeField()
    where = models.CharField(max_length=8, choices=Where.choices)
    mix = models.ForeignKey(Mix, null=True, on_delete=models.SET_NULL, related_name="reviews")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint("card", "key", name="review_key_once"),
            models.CheckConstraint(
                condition=Q(rating__in=["again", "hard", "good"]), name="review_rating_known"
            ),
            models.CheckConstraint(
                condition=Q(where__in=["journey", "practice"]), name="review_where_known"
            ),
            models.CheckConstraint(condition=Q(raw__gte=0, raw__lte=1), name="review_raw_a_share"),
        )
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.rating} at {self.at:%Y-%m-%d}"


class Deck(models.Model):
    """A learner whose journeys from before there were cards have been read into cards."""

    learner = models.OneToOneField(
        "accounts.Learner", primary_key=True, on_delete=models.CASCADE, related_name="deck"
    )
    made = models.DateTimeField()

    def __str__(self) -> str:
        return f"deck of {self.learner_id}"
