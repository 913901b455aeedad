"""What a JSON API is made of: fields, pages, problems, its document."""
