"""The place where one picture, a job on its way, or a message is shown large."""
