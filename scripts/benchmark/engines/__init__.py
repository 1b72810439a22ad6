"""The served network in other engines, and how close it comes to what the processor can do."""
