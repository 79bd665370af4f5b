"""The main job as a story, told step by step on a running stack: over HTTP and events only."""
