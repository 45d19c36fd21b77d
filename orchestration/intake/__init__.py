"""The door for senders: deliveries over HTTP, checked at once, and the report of each of them."""
