//! Idempotency keys: the hidden field that makes one ticket or message of a form sent twice.

use leptos::prelude::*;

/// A new key: 128 random bits, in hexadecimal.
pub fn new_key() -> String {
    format!("{:032x}", u128::from_be_bytes(random_bits()))
}

#[cfg(feature = "ssr")]
fn random_bits() -> [u8; 16] {
    rand::random()
}

#[cfg(not(feature = "ssr"))]
fn random_bits() -> [u8; 16] {
    let mut bits = [0; 16];
    let Ok(crypto) = window().crypto() else {
        // Without the browser's generator, as unlikely as that is, two keys still differ.
        return std::array::from_fn(|_| js_byte());
    };
    _ = crypto.get_random_values_with_u8_array(&mut bits);
    bits
}

#[cfg(not(feature = "ssr"))]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the product is in 0..256")]
fn js_byte() -> u8 {
    (js_sys::Math::random() * 256.0) as u8
}

/// A key that the server made and the browser keeps when it makes the page live; renewed after each success.
pub fn use_key() -> RwSignal<String> {
    RwSignal::new(SharedValue::new(new_key).into_inner())
}

/// The hidden field.
#[component]
pub fn KeyField(
    /// The key to send.
    key: RwSignal<String>,
) -> impl IntoView {
    view! { <input type="hidden" name="key" autocomplete="off" value=move || key.get() prop:value=move || key.get() /> }
}
