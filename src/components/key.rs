//! Idempotency keys: the hidden field that makes one ticket or message of a form sent twice.

#[cfg(feature = "ssr")]
use chrono::Utc;
use leptos::prelude::*;

/// A new key: 128 bits in hexadecimal. They are random but for the first 48 of one that a server draws, which say when that was.
pub fn new_key() -> String {
    format!("{:032x}", u128::from_be_bytes(random_bits()))
}

#[cfg(feature = "ssr")]
fn random_bits() -> [u8; 16] {
    let mut bits: [u8; 16] = rand::random();
    bits[..6].copy_from_slice(&Utc::now().timestamp_millis().to_be_bytes()[2..]);
    bits
}

/// How long ago a server drew the form that has this key, in milliseconds. What a browser made says no time that ever was.
#[cfg(feature = "ssr")]
pub fn age(key: &str) -> Option<i64> {
    let bits = u128::from_str_radix(key, 16).ok().filter(|_| key.len() == 32)?;
    Some(Utc::now().timestamp_millis() - i64::try_from(bits >> 80).ok()?)
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
