"""DG3: native code, by what it says of itself, against what it would meet."""
