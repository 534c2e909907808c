## Links

link-words-product = Hello! I am interested in { $title }.
link-words-cart = Hello! Please open the cart that you made for me.
link-over = This link has expired. Please choose below.
link-unknown = This link no longer works. Please choose below.
