"""What came in and what is to be done: deliveries, jobs with their steps, timetables, and how far changes were looked through."""
