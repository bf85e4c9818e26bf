"""What tests share: databases, the inspecting client, page inspection, the live server, the browser."""
