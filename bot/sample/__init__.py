"""The bundled sample: a story in six feeds, served on loopback so that the real poller can read it."""

from bot.sample.server import SampleServer
from bot.sample.story import BadStory, Outlet, Report, Story, StoryEntry, load_story

__all__ = ["BadStory", "Outlet", "Report", "SampleServer", "Story", "StoryEntry", "load_story"]
