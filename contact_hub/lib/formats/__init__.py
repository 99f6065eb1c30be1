"""How dates and figures are written here where Django's own habits fit another country."""
