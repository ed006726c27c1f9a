"""The compiled planner: from the text of a query to SQL whose rows are the JSON of the answer."""
