## Links

link-words-product = Hello! I am interested in { $title }.
link-words-cart = Hello! Please open the cart that you made for me.
link-over = The time of this link is over. Please choose below.
link-unknown = This link opens nothing any more. Please choose below.
