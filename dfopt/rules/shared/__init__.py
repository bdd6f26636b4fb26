"""What several rules ask, prove or write: facts about commands, stages and bases, and fixes of one kind."""
