"""Speed and memory, measured side by side with a reference."""
