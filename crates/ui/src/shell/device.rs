//! The frame of a page that stays on a device.

use super::{Shell, written};
use maud::{Markup, html};

/// A page that a device keeps and opens without network: nobody's name, no form token, no navigation but the way back, and
/// the one script that fills it. Its bytes say the same to everybody.
pub fn device_page(shell: &Shell, title: &str, script: &str, body: Markup) -> Markup {
    let plain = Shell { user: None, nav: vec![], csrf: String::new(), notice: None, restored: None, ..shell.clone() };
    let content = html! {
        header class="zw-top" {
            a class="zw-brand" href="/" { span class="zw-brand-mark" aria-hidden="true" {} (shell.lang.t("ui-product")) }
        }
        div class="zw-page" { main id="main" tabindex="-1" { div class="zw-head" { div { h1 { (title) } } } (body) } }
    };
    written(&plain, title, "zw-device", script, content)
}
