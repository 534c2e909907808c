// What a person shares from the phone: a place, a person, a made-up photo or file.
import { formSheet } from "./sheets.js";
import { customer, say } from "./state.js";

const PLACES = [
  ["Moda Sahili", "Moda, Kadıköy, İstanbul", "40.9790", "29.0245"],
  ["Kızılay", "Çankaya, Ankara", "39.9208", "32.8541"],
  ["Kordon", "Alsancak, İzmir", "38.4351", "27.1399"],
  ["Alexanderplatz", "Mitte, Berlin", "52.5219", "13.4132"],
  ["حي الكرادة", "بغداد", "33.3010", "44.4290"],
];

/** A place without a map: one of a few, or any latitude and longitude. */
export function shareLocation(replyTo) {
  const [name, address, latitude, longitude] = PLACES[0];
  formSheet({
    title: "Send location",
    testid: "location-sheet",
    action: "Send location",
    fields: [
      {
        name: "place",
        label: "Place",
        value: "0",
        options: [...PLACES.map((p, i) => [String(i), p[0]]), ["", "Another place"]],
        onchange: (select, inputs) => {
          const p = PLACES[select.value] ?? ["", "", "", ""];
          ["name", "address", "latitude", "longitude"].forEach((key, i) => (inputs.get(key).value = p[i]));
        },
      },
      { name: "name", label: "Name", value: name },
      { name: "address", label: "Address", value: address },
      { name: "latitude", label: "Latitude", value: latitude, inputmode: "decimal", required: true, dir: "ltr" },
      { name: "longitude", label: "Longitude", value: longitude, inputmode: "decimal", required: true, dir: "ltr" },
    ],
    send: (v) => {
      const at = [Number(v.latitude.replace(",", ".")), Number(v.longitude.replace(",", "."))];
      if (!at.every(Number.isFinite) || Math.abs(at[0]) > 90 || Math.abs(at[1]) > 180) throw new Error("Latitude goes from −90 to 90, longitude from −180 to 180.");
      return say({ type: "location", latitude: at[0], longitude: at[1], ...(v.name && { name: v.name }), ...(v.address && { address: v.address }), ...(replyTo && { reply_to: replyTo }) });
    },
  });
}

export function shareContact() {
  const own = customer();
  formSheet({
    title: "Send contact",
    testid: "contact-sheet",
    action: "Send contact",
    fields: [
      { name: "name", label: "Name", value: own?.name, required: true },
      { name: "phone", label: "Phone", type: "tel", value: own?.phone ?? "", required: true, dir: "ltr" },
    ],
    send: (v) => say({ type: "contacts", contacts: [{ name: { formatted_name: v.name, first_name: v.name.split(" ")[0] }, phones: [{ phone: v.phone, wa_id: v.phone.replace(/\D/gu, ""), type: "CELL" }] }] }),
  });
}

const MEDIA = { image: "Photo", document: "Document", video: "Video", audio: "Voice message", sticker: "Sticker" };

/** A little picture: sky, ground, something on it. */
function madeUpPhoto() {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [640, 480];
  const g = canvas.getContext("2d");
  const warm = Math.floor(Math.random() * 360);
  const sky = g.createLinearGradient(0, 0, 0, 480);
  sky.addColorStop(0, `hsl(${warm} 55% 48%)`);
  sky.addColorStop(1, `hsl(${(warm + 40) % 360} 75% 80%)`);
  g.fillStyle = sky;
  g.fillRect(0, 0, 640, 480);
  g.fillStyle = `hsl(${(warm + 180) % 360} 25% 32%)`;
  g.beginPath();
  g.ellipse(320, 520, 520, 190, 0, 0, 7);
  g.fill();
  g.font = "190px sans-serif";
  g.textAlign = "center";
  g.fillText(["🧺", "☕", "🍰", "👕", "🌷", "🐈"][Math.floor(Math.random() * 6)], 320, 380);
  return canvas.toDataURL("image/jpeg", 0.85).split(",")[1];
}

/** The content is made up by the simulator; a caption may go with it. */
export function shareMedia(type) {
  if (type === "audio" || type === "sticker") return say({ type });
  formSheet({
    title: MEDIA[type],
    intro: "The content is made up.",
    testid: "media-sheet",
    action: `Send ${MEDIA[type].toLowerCase()}`,
    fields: [{ name: "caption", label: "Caption", rows: 2 }],
    send: (v) => say({ type, ...(v.caption && { caption: v.caption }), ...(type === "image" && { data: madeUpPhoto(), mime_type: "image/jpeg" }) }),
  });
}
