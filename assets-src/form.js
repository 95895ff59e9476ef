// What a form needs once somebody is likely to write in it: photos, names of places, and what is reported already. Without it a form
// works as plain ones do.
import "./form/photos.js";
import "./form/places.js";
import "./form/similar.js";
