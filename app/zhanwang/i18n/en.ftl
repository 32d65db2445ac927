home-today = Today
home-nothing = Nothing is due today
home-nothing-how = Use the navigation above to go to your work.
home-search = Search
home-search-label = Name, pinyin initials, village, station name or code
home-search-go = Search
home-search-none = Nothing found
home-search-none-how = Try another form, for example the pinyin initials of the name. Only what lies in your area is searched.
