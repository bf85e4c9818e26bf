"""What all pages share: the life of a request, forms, paging, navigation, words, downloads. Knows no child."""
