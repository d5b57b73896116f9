"""What shoppers look at, search for and put into the cart, apart from offers."""
