"""The only writers of the inbox: a file per noun, a function per verb."""
