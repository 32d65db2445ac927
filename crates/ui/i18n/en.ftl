# Words of the layout and components. Keys begin with ui-.
ui-product = Zhanwang
ui-skip = Skip to content
ui-nav = Main navigation
ui-nav-area = Pages of this area
ui-more = More
ui-crumbs = You are here
ui-foot = Zhanwang · building and running social-work stations
ui-home = Back to the start page
ui-login = Sign in
ui-logout = Sign out
ui-account = My account
ui-sessions = Sign-ins and sessions
ui-large-on = Large type
ui-large-off = Normal type
ui-theme-dark = Dark
ui-theme-light = Light
ui-search = Search
ui-search-hint = People, stations, documents, pages
ui-search-go = Search

ui-area-today = Today
ui-area-wall = Wall chart
ui-area-stations = Stations
ui-area-people = People
ui-area-service = Service
ui-area-reporting = Reporting
ui-area-evaluation = Evaluation
ui-area-funds = Funds
ui-area-tasks = Tasks
ui-area-admin = Admin

ui-status-done = Done
ui-status-on-course = On course
ui-status-behind = Behind
ui-status-overdue = Overdue
ui-status-no-data = Not due or no data
ui-legend = Legend

ui-required = required
ui-choose = Please choose
ui-errors = { $n ->
    [one] One entry needs a change; what you typed is still there:
   *[other] { $n } entries need a change; what you typed is still there:
}
ui-id-bad = This number is not valid: check digit or date do not fit.
ui-region-next = List the next level

ui-filters = Filters
ui-filter-remove = Remove this filter
ui-export = Export XLSX
ui-print = Print
ui-total = Total
ui-rest = { $n } more rows
ui-rest-areas = { $n } more
ui-part-all = { $n } in all
ui-part-loud = { $n } to follow up · { $all }
ui-paging = Pages
ui-paging-range = { $from }–{ $to } of { $total }
ui-prev = Previous
ui-next = Next
ui-week = Time
ui-show = Show
ui-unconfirmed = unconfirmed

ui-draft-saved = Draft saved
ui-draft-unsaved = Cannot save now; the text is kept on this device and saved once the connection is back
ui-draft-anew = Begin anew without this text
ui-draft-anew-sure = The restored text is deleted and the form opens empty. Begin anew?
ui-draft-restored = Unsaved text from last time was restored
ui-unreached = No connection: nothing was sent. Nothing is lost: what you typed is kept on this device in this page, so leave it open. Send again when the network is back.
ui-unreached-again = Send again
ui-live-ended = Figures are no longer updated
ui-live-ended-how = The sign-in or this screen's link has ended; the old figures were taken down. Sign in again; for a screen, ask an administrator for a new link.
ui-live-lost = Connection lost, reconnecting; figures may be out of date

ui-conflict-title = Someone else saved first
ui-conflict-text = { $who } saved a new version. Nothing you typed is lost; choose which version to keep.
ui-conflict-field = Field
ui-conflict-theirs = Saved version
ui-conflict-mine = Your version
ui-conflict-differs = differs
ui-conflict-keep-mine = Submit my version again
ui-conflict-take-theirs = Look at the saved version

ui-map-review = Map review number: { $no }
ui-map-unreviewed = Demo base map · not reviewed · not for public display

ui-error-400 = Bad request
ui-error-401 = Please sign in
ui-error-403 = Not permitted
ui-error-404 = Page not found
ui-error-405 = Action not supported
ui-error-409 = Conflict
ui-error-413 = File or content too large
ui-error-422 = Some entries are not valid
ui-error-429 = Too many requests
ui-error-500 = Something went wrong
ui-error-503 = Not available right now
ui-error-step-up = Your password, please
ui-error-confirm-refused = Your password, please
ui-error-code = Error code
ui-request-id = Request number (quote it when you report this)

ui-gallery = Component samples
ui-gallery-lead = Every component drawn once; all data are invented.
ui-sample-saved = Saved.
ui-sample-next = Record the next one
ui-field-leave = Signing out deletes the list on this phone. { $n } records are not sent; they stay on the phone. Go on?
