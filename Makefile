# Shortcuts for fingers that are used to make; ./hub does the work.
.PHONY: help demo serve test check
help:
	@./hub --help
demo serve test check:
	@./hub $@
