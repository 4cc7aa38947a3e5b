"""The command line's sub-commands, one file a group; `rasure.cli` puts them together."""
