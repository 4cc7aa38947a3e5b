// The ground of the street map: streets, water and names from our own basemap, under everything folium draws.
(function (map, settings) {
  const colours = settings.colours;
  const size = [0, 10, 10, 8, 7, 5.5, 2];
  const shade = [null, "main_road", "main_road", "road", "road", "road", "street"];
  const opens = 17, namesFrom = 16;
  // A marker has a pin of its own until folium gives it ours, and would ask for a picture of it.
  L.Marker.mergeOptions({ icon: L.divIcon({ className: "mark" }) });
  map.attributionControl.remove();
  map.createPane("ground").style.zIndex = 200;
  map.createPane("names").style.zIndex = 450;
  map.getPane("names").style.pointerEvents = "none";
  if (!settings.url) return;

  function look(feature) {
    const scale = Math.pow(2, map.getZoom() - opens);
    const said = feature.properties;
    if (said.kind === "water") {
      const isArea = feature.geometry.type === "Polygon";
      return { color: colours.water, fillColor: colours.water, fillOpacity: 1, stroke: !isArea, weight: 5 * scale };
    }
    return { color: colours[shade[said.c] || "road"], weight: Math.max(1, (size[said.c] || 5) * scale), opacity: 1 };
  }

  function name(feature, at) {
    const words = document.createElement("span");
    words.textContent = feature.properties.text;
    words.style.transform = `translate(-50%, -50%) rotate(${-Number(feature.properties.turned)}deg)`;
    const icon = L.divIcon({ html: words, className: "street-name", iconSize: [0, 0] });
    return L.marker(at, { icon: icon, interactive: false, keyboard: false, pane: "names" });
  }

  fetch(settings.url).then((answer) => (answer.ok ? answer.json() : { features: [] })).then((found) => {
    const isName = (feature) => feature.properties.kind === "name";
    const options = { pane: "ground", interactive: false, style: look, filter: (feature) => !isName(feature) };
    const ground = L.geoJSON(found, options).addTo(map);
    L.geoJSON(found, { filter: isName, pointToLayer: name }).addTo(map);
    function fit() {
      ground.setStyle(look);
      map.getPane("names").style.display = map.getZoom() >= namesFrom ? "" : "none";
    }
    map.on("zoomend", fit);
    fit();
  });
})
