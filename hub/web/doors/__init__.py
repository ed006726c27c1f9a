"""The doors beside GraphQL: plain GET, bulk files, feeds and a catalogue, over the same selections."""
