"""The briefing for the meeting of city and ministry: gathered, composed in words, and put on paper."""
