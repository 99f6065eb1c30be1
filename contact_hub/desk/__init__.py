"""The screens where several rooms meet, and the socket that keeps them fresh."""
