//! The way out of a form that came back filled: what was kept is not wanted.

use super::{CSRF_FIELD, PAGE_FIELD, hidden};
use crate::i18n::Lang;
use maud::{Markup, html};

/// A button that drops the draft `key` and opens `page` anew with an empty form. The script forgets the copy on the device
/// with the same act.
pub fn anew(lang: Lang, csrf: &str, key: &str, page: &str) -> Markup {
    html! {
        form class="zw-inline zw-anew" action={ "/drafts/" (key) "/delete" } method="post" data-once="" {
            (hidden(CSRF_FIELD, csrf))
            (hidden(PAGE_FIELD, page))
            button class="btn" type="submit" data-confirm=(lang.t("ui-draft-anew-sure")) { (lang.t("ui-draft-anew")) }
        }
    }
}
