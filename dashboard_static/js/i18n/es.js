/** Spanish. */
export default {
  "page.title": "Tesela: cobertura del suelo a partir de ocho bandas",
  "page.skip": "Ir al contenido",
  "page.home": "Tesela, página de inicio",
  "page.language": "Idioma",
  "page.footer":
    "Tesela {version}. Los puntajes son estimaciones de un modelo, no un levantamiento en campo; verifique antes de decidir.",
  "page.api": "API",

  "home.title": "Qué hay en el terreno, en segundos",
  "home.lead":
    "Suba una imagen WorldView-3 de ocho bandas y vea edificios, vías, árboles, cultivos, agua y vehículos, con conteos y áreas.",
  "home.drop": "Arrastre aquí su imagen TIFF",
  "home.dropTouch": "Elija una imagen TIFF",
  "home.pick": "Elegir un archivo",
  "home.hint": "GeoTIFF, 8 bandas (de costera a NIR2), de 16 a 2048 px por lado",
  "home.hintScenes":
    "GeoTIFF, 8 bandas (de costera a NIR2); si pasa de 2048 px por lado, será una escena completa",
  "home.linkHintScenes": "o pegue un enlace, una dirección s3:// o un ítem STAC",
  "home.release": "Suelte para analizar esta imagen",
  "home.link": "Enlace a un resultado",
  "home.linkHint": "o pegue el enlace de un resultado",
  "home.open": "Abrir",
  "home.samples": "O pruebe una muestra",
  "home.samplesNote": "Escenas simuladas, 160 × 160 px a 1,24 m",
  "sample.town": "Zona urbana",
  "sample.farmland": "Cultivos",
  "sample.river": "Río",
  "sample.roads": "Carreteras",

  "preview.picture": "El archivo en color natural",
  "preview.bands": "Bandas",
  "preview.paged": "{bands} en cada una de {pages} páginas",
  "preview.pixel": "Píxel",
  "preview.unknown": "desconocido",
  "preview.bits": "{bits} bits",
  "preview.dtype": "Tipo",
  "preview.file": "Archivo",
  "preview.send": "Analizar imagen",
  "preview.discard": "Cambiar archivo",
  "preview.reading": "Leyendo el archivo…",
  "preview.ready": "Aún no se ha enviado nada.",
  "preview.refused": "Este archivo no cumple los requisitos y no se enviará.",
  "preview.others.one": "Una imagen a la vez: quedó por fuera {n} archivo más.",
  "preview.others.other": "Una imagen a la vez: quedaron por fuera {n} archivos más.",
  "preview.noPicture":
    "El navegador no puede dibujar este archivo; tal vez el servicio sí pueda leerlo.",
  "preview.unreadable":
    "El navegador no pudo leer este TIFF. Puede enviarlo: si el servicio tampoco puede, le dirá por qué.",
  "fault.bands":
    "Bandas: {bands}, páginas: {pages}. Hacen falta {needed} bandas en una página, o una banda en cada una de {needed} páginas.",
  "fault.large": "Mide {size} px; el límite es {limit} px por lado.",
  "fault.small": "Mide {size} px; el mínimo es {limit} px por lado.",
  "fault.bytes": "Tiene {bytes} bytes; el límite es {limit}.",
  "fault.dtype": "Tipo de datos: {dtype}; se aceptan {accepted}.",
  "fault.compression": "Compresión: {compression}; se aceptan {accepted}.",
  "fault.pages": "Sus páginas difieren en tamaño o tipo.",

  "history.title": "Resultados recientes de este servicio",
  "history.shared":
    "Los ve todo el que usa este servicio; aquí puede eliminar los que envió desde este navegador.",
  "history.search": "Buscar",
  "history.searchHint": "nombre o nota",
  "history.map": "Mapa de estos resultados",
  "history.mapLabel": "Dónde están los resultados de la lista",
  "history.mapNone": "Ninguno de estos resultados tiene coordenadas.",
  "history.pick": "Elija otro resultado del mismo sitio para compararlo con «{name}».",
  "history.elsewhere": "otro sitio",
  "label.open": "Nombre y nota",
  "label.title": "Nombre y nota",
  "label.shared": "Los ven todos los que usan este servicio.",
  "label.name": "Nombre",
  "label.note": "Nota",
  "label.save": "Guardar",
  "label.saved": "Guardado.",
  "preview.name": "Nombre (opcional; lo ven todos los que usan este servicio)",
  "result.compare": "Comparar con…",
  "result.linkReadonly": "Copiar enlace de solo lectura",
  "history.filter": "Con la clase",
  "history.any": "cualquiera",
  "history.since": "Desde",
  "history.until": "Hasta",
  "history.more": "Ver más",
  "history.empty": "Aún no hay resultados en este servicio.",
  "history.none": "Ningún resultado cumple el filtro.",
  "history.failed": "No se pudo cargar la lista.",
  "history.offline":
    "El servicio no responde. Estas están guardadas en este navegador y se pueden abrir.",
  "history.objects.one": "{n} objeto",
  "history.objects.other": "{n} objetos",
  "history.delete": "Eliminar el resultado del {date}",

  "stage.read": "Leyendo el archivo",
  "stage.send": "Subiendo",
  "stage.segment": "Analizando",
  "stage.fetch": "Descargando el resultado",
  "stage.draw": "Dibujando",
  "activity.title": "Procesando {name}",
  "activity.cancel": "Cancelar",
  "activity.cancelled": "Cancelado.",
  "activity.open": "Abriendo un resultado",

  "result.title": "Resultado",
  "result.new": "Otra imagen",
  "result.link": "Copiar enlace",
  "result.linkCopied": "Enlace copiado.",
  "result.linkShown": "La dirección de esta página es el enlace.",
  "result.delete": "Eliminar este resultado",
  "result.about": "Sobre esta imagen",
  "result.created": "Fecha",
  "result.place": "Sitio",
  "result.thresholds": "Umbrales",
  "result.print": "Imprimir informe",
  "result.size": "Tamaño",
  "result.ground": "Área de la imagen",
  "result.crs": "CRS",
  "result.noCrs": "ninguno (píxeles)",
  "result.model": "Modelo",
  "result.pixels": "{width} × {height} px, {dtype}",
  "result.notes": "Advertencias",
  "result.savedObjects":
    "La base de datos no respondió: el resultado está guardado, pero puede faltar un rato en el historial.",
  "result.offline":
    "El servicio no responde: esto es lo que guardó este navegador. Otras vistas y los archivos necesitan el servicio.",
  "answer.of": "De {area}, {list}",
  "answer.first": "{percent}\u00a0% son {name}",
  "answer.next": "{percent}\u00a0% {name}",
  "answer.under": "menos de {percent}",
  "answer.rest": "; {percent}\u00a0% sin clase.",
  "answer.overlap": "Las clases se solapan en {percent}\u00a0%.",
  "answer.weak": "Débil en pruebas: {classes}.",
  "answer.nothing": "En {area} no se encontró ninguna de las diez clases.",
  "confidence.high": "Confianza alta",
  "confidence.medium": "Confianza media",
  "confidence.low": "Confianza baja",
  "confidence.unknown": "Confianza sin estimar",
  "confidence.expected":
    "En imágenes como esta, lo dibujado y lo real suelen coincidir en {expected}\u00a0% (índice de Jaccard).",
  "confidence.beware": "No use estas cifras sin verificarlas.",
  "confidence.means": "Qué es la confianza en esta imagen",
  "confidence.meansText":
    "El servicio compara esta imagen con las de entrenamiento: orden de las bandas, nitidez, colores y qué tan decididos son los puntajes. De ahí estima cuánto de lo dibujado coincide con el terreno (índice de Jaccard; 1 es todo).",
  "result.announce": "Listo: {objects} objetos de {classes} clases.",

  "notice.corine": "Colores según CORINE; no es un mapa CORINE.",
  "notice.ideam": "Colores según la leyenda del IDEAM; no es un mapa del IDEAM.",
  "notice.safe": "Colores que se distinguen también con daltonismo.",
  "notice.ds4a": "Colores del proyecto DS4A 2021.",
  "map.title": "Imagen y clases",
  "map.view": "Imagen",
  "map.true-colour": "Color natural",
  "map.false-colour": "Falso color",
  "map.ndvi": "NDVI",
  "map.ndwi": "NDWI",
  "map.bands": "Bandas",
  "map.bandsTitle": "Bandas que se ven",
  "map.red": "Rojo",
  "map.green": "Verde",
  "map.blue": "Azul",
  "band.1": "costera",
  "band.2": "azul",
  "band.3": "verde",
  "band.4": "amarilla",
  "band.5": "roja",
  "band.6": "borde rojo",
  "band.7": "NIR1",
  "band.8": "NIR2",
  "map.help":
    "Las flechas mueven, más y menos acercan y alejan, 0 ajusta la imagen, Enter selecciona lo que está en el centro, N y P pasan al objeto siguiente y al anterior, Escape quita la selección.",
  "map.in": "Acercar",
  "map.out": "Alejar",
  "map.fit": "Ajustar la imagen",
  "map.basemap": "Alrededores",
  "map.basemapFailed": "No llegó el mapa de los alrededores.",
  "map.swipe": "Comparar",
  "map.swipePosition": "Posición del divisor",
  "map.wheel": "Mantenga Ctrl para acercar con la rueda",
  "map.north": "Norte",
  "map.ramp": "Colores del índice, de -1 a 1",
  "map.streetMap": "Ver el sitio en OpenStreetMap",
  "map.N": "N",
  "map.S": "S",
  "map.E": "E",
  "map.W": "O",
  "map.before": "Objeto anterior",
  "map.next": "Objeto siguiente",
  "map.nothing": "ninguna clase",
  "map.pixel": "columna {x}, fila {y}",
  "map.select": "{name} {at} de {of}: {area} m², puntaje {score}",
  "map.viewFailed": "No se pudo cargar esta vista de la imagen.",

  "legend.title": "Clases",
  "legend.palette": "Colores",
  "legend.corine": "CORINE (Europa)",
  "legend.ideam": "IDEAM (Colombia)",
  "legend.safe": "Aptos para daltonismo",
  "legend.ds4a": "Proyecto DS4A 2021",
  "legend.all": "Todas",
  "legend.noneShown": "Ninguna",
  "legend.show": "Mostrar {name}",
  "legend.solo": "solo esta",
  "legend.allAgain": "todas",
  "legend.soloOf": "Mostrar solo {name}",
  "legend.colourOf": "Color de: {label}",
  "legend.style": "Dibujar como",
  "legend.both": "Relleno y borde",
  "legend.fill": "Relleno",
  "legend.outline": "Borde",
  "legend.opacity": "Opacidad",
  "legend.threshold": "Umbral",
  "legend.mixed": "por clase",
  "legend.perClass": "Un umbral por clase",
  "legend.reset": "Restablecer",
  "legend.thresholdOf": "Umbral de {name}",
  "legend.thresholdHint": "Más alto: menos objetos y más seguros. El cambio se ve de inmediato.",
  "legend.manyObjects": "Demasiados objetos para trazar bordes; el relleno los muestra todos.",

  "numbers.title": "Conteos y áreas",
  "numbers.objects": "Objetos",
  "numbers.area": "Área",
  "numbers.unit": "Unidad",
  "numbers.m2": "m²",
  "numbers.ha": "ha",
  "numbers.percent": "%",
  "numbers.class": "Clase",
  "numbers.score": "Puntaje",
  "numbers.whyScore": "Qué es el puntaje",
  "numbers.scoreMeans":
    "Promedio de los píxeles de la clase, de 0 a 1: qué tan seguro está el modelo de lo que dibujó aquí. No prueba que tenga razón.",
  "numbers.tested": "Pruebas",
  "numbers.whyTested": "Qué es el acierto en pruebas",
  "numbers.testedMeans":
    "Cómo le fue a la clase en imágenes de prueba que el modelo no había visto: buena si lo dibujado y la referencia comparten la mitad de su área o más (IoU 0,5); regular desde la cuarta parte; débil por debajo. En gris: esta imagen no se parece a las de prueba, así que dicen poco de ella.",
  "numbers.sum": "Suma de objetos",
  "numbers.absent": "Sin objetos: {classes}.",
  "numbers.total": "Área con alguna clase",
  "numbers.valid.one":
    "{n} píxel válido de {total}; los porcentajes se refieren a él. Las clases pueden solaparse.",
  "numbers.valid.other":
    "{n} píxeles válidos de {total}; los porcentajes se refieren a ellos. Las clases pueden solaparse.",
  "numbers.moved": "Calculado con los umbrales que usted eligió.",
  "numbers.copy": "Copiar tabla",
  "numbers.copied": "Tabla copiada.",
  "numbers.copyFailed": "El navegador no permite copiar aquí.",
  "numbers.chartObjects": "Gráfico de barras de objetos por clase; la tabla tiene los números.",
  "numbers.chartArea": "Gráfico de barras de área por clase; la tabla tiene los números.",
  "numbers.chartsFailed": "No se pudieron cargar los gráficos; la tabla tiene los números.",

  "files.title": "Descargar",
  "files.moved": "Los archivos usan los umbrales que usted eligió.",
  "files.map": "Para mapas",
  "files.table": "Para tablas",
  "files.picture": "Imágenes",
  "files.data": "Datos sin procesar",
  "files.saved": "Archivo guardado.",
  "files.polygons.geojson": "Polígonos, GeoJSON",
  "files.polygons.geojson.hint": "objetos con clase, puntaje y área",
  "files.polygons.gpkg": "Polígonos, GeoPackage",
  "files.polygons.gpkg.hint": "para QGIS, con su estilo",
  "files.bundle.zip": "Todo para mapas, ZIP",
  "files.bundle.zip.hint": "capas, tablas y estilos",
  "files.summary.xlsx": "Resumen, Excel",
  "files.summary.xlsx.hint": "una fila por clase",
  "files.table.csv": "Tabla, CSV",
  "files.table.csv.hint": "una fila por clase",
  "files.objects.csv": "Objetos, CSV y WKT",
  "files.objects.csv.hint": "una fila por objeto",
  "files.dataframe.json": "Dataframe, JSON",
  "files.dataframe.json.hint": 'para pandas, orient="table"',
  "files.masks.tif": "Máscaras, GeoTIFF",
  "files.masks.tif.hint": "una banda por clase",
  "files.classes.tif": "Clases, GeoTIFF",
  "files.classes.tif.hint": "una banda, en color",
  "files.style.qml": "Estilo de QGIS, QML",
  "files.style.qml.hint": "colorea GeoJSON y clases",
  "files.overlay.png": "Clases, PNG",
  "files.overlay.png.hint": "imagen transparente",
  "files.image.png": "Imagen, PNG",
  "files.image.png.hint": "como se ve ahora",
  "files.scores": "Puntajes",
  "files.scores.hint": "uint8, 10 × alto × ancho",
  "files.source.tif": "Original, TIFF",
  "files.source.tif.hint": "tal como se subió",
  "files.view.png": "Esta vista, PNG",
  "files.view.png.hint": "con leyenda, escala y norte",

  "use.title": "Usar desde Python, curl o QGIS",
  "use.python": "Python",
  "use.python.hint":
    "client.py es un solo archivo del proyecto, en la carpeta scripts; frame() necesita geopandas.",
  "use.curl": "curl",
  "use.curl.hint":
    "En una terminal: el resultado, sus polígonos y otra imagen con los mismos umbrales.",
  "use.qgis": "QGIS",
  "use.qgis.hint": "En la consola de Python de QGIS, o abra las direcciones con Capa, Añadir capa.",
  "use.copy": "Copiar",
  "use.copyOf": "Copiar las líneas para {title}",
  "use.copied": "Copiado.",

  "about.open": "Acerca de",
  "about.title": "Acerca del modelo",
  "about.close": "Cerrar",
  "about.version": "{name}, versión {version}",
  "about.trainedOn": "Entrenado con",
  "about.english": "(en inglés)",
  "about.tested": "Desempeño por clase en imágenes no usadas para entrenar",
  "about.explain":
    "El IoU es el área común de la predicción y la referencia, dividida por el área que cubre alguno de los dos. Bueno: 0,5 o más; regular: 0,25 o más; débil: menos. Un guion: las imágenes de prueba no la contienen, así que nada puede decirse. Entre paréntesis: el intervalo del 95 % entre escenas.",
  "about.mean": "IoU medio de las clases probadas: {mean}.",
  "about.unseen":
    "IoU, precisión y exhaustividad se midieron en {n} terrenos que las redes evaluadas no habían visto.",
  "about.surest": "Solo se muestran los píxeles más seguros de: {classes}.",
  "about.class": "Clase",
  "about.trust": "Confianza",
  "about.iou": "IoU",
  "about.precision": "Precisión",
  "about.recall": "Exhaustividad",
  "about.test.dstl": "IoU, prueba Dstl",
  "about.test.imgwv2": "IoU, suburbio de EE. UU.",
  "about.test.vegas": "IoU, Las Vegas",
  "about.test.naip": "IoU, aérea",
  "about.test.simulated": "IoU, simulada",
  "trust.good": "buena",
  "trust.fair": "regular",
  "trust.weak": "débil",
  "trust.unknown": "sin probar",
  "trust.doubtful": "en duda",
  "about.limits": "Límites",
  "about.limit1":
    "Una primera mirada a la cobertura del suelo, que una persona debe comprobar. No sirve para mapas oficiales, compensaciones, aplicación de la ley ni fines militares.",
  "about.calibrated":
    "Un puntaje es una probabilidad, hasta donde lo dicen las imágenes de validación.",
  "about.uncalibrated": "Un puntaje no es una probabilidad: no se calibró.",
  "about.limit2": "El modelo no conoce nubes, nieve, humo ni noche.",
  "about.limit3":
    "Las escenas simuladas muestran que una clase se aprendió; no prueban la exactitud en imágenes reales.",
  "about.limit4": "Las clases llevan los colores de CORINE; esto no es un mapa CORINE.",
  "about.file": "SHA-256 del archivo del modelo",

  "delete.title": "¿Eliminar este resultado?",
  "delete.text": "La imagen, los puntajes y todos sus archivos se eliminan para siempre.",
  "delete.confirm": "Eliminar",
  "delete.cancel": "Conservar",
  "delete.done": "Eliminado.",

  "token.title": "Ingrese su clave de acceso (token)",
  "token.text": "Se la habrá dado quien administra el servicio. Se guarda solo para esta pestaña.",
  "token.label": "Token",
  "token.wrong": "Esa clave no es válida.",
  "token.cancel": "Ahora no",
  "token.send": "Continuar",

  // What the service says, by its code; in English it says it itself.
  "problem.address-closed": "Esta dirección está cerrada; la API responde en {address}.",
  "problem.all-nodata":
    "Los {pixels} píxeles de la imagen están sin datos; hace falta al menos uno válido.",
  "problem.band-count":
    "La imagen tiene {bands} bandas en {pages} páginas; hacen falta {needed} bandas en una página, o una banda en cada una de {needed} páginas.",
  "problem.band-order-count":
    "El orden de bandas pedido nombra {count} bandas; hacen falta {needed}.",
  "problem.band-order-repeated":
    "El orden de bandas pedido, {value}, no nombra cada una de las {needed} bandas una sola vez.",
  "problem.band-order-unknown":
    "El orden de bandas pedido nombra «{band}», que no es una banda; se esperan los números del 1 al {needed}, o los nombres {expected}.",
  "problem.bands-differ": "Las bandas de la página {page} no tienen todas el mismo tipo de datos.",
  "problem.bigtiff-offsets": "El BigTIFF está dañado: sus direcciones son de {bytes} bytes.",
  "problem.block-outside":
    "El TIFF está incompleto o dañado: un bloque de la página {page} ocupa {length} bytes desde el byte {start}, y el archivo tiene {bytes} bytes.",
  "problem.block-short":
    "El TIFF está incompleto o dañado: un bloque de la página {page} tiene {bytes} bytes y necesita {needed}.",
  "problem.block-size":
    "Los bloques de la página {page} miden {width} × {height} px; sus lados deben ser múltiplos de 16.",
  "problem.block-table":
    "El TIFF está dañado: la página {page} anota {blocks} bloques y necesita {needed}.",
  "problem.block-too-large":
    "Los bloques de la página {page} miden {width} × {height} px; el límite es {limit} px por lado.",
  "problem.block-too-long":
    "Un bloque de la página {page} ocupa {bytes} bytes; el límite es {limit}.",
  "problem.block-total": "La página {page} tiene {blocks} bloques; el límite es {limit}.",
  "problem.blocks-differ":
    "Los bloques de la página {page} no miden lo mismo que los de la primera.",
  "problem.compression": "La compresión es {compression}; se aceptan {accepted}.",
  "problem.content-type": "El tipo de contenido es {content_type}; se espera {expected}.",
  "problem.corrupt-image":
    "El TIFF de {bytes} bytes no se puede leer hasta el final: está incompleto o dañado.",
  "problem.crs-unusable": "No se puede usar el sistema de coordenadas (CRS) de la imagen: {reason}",
  "problem.data-type": "El tipo de datos es {dtype}; se aceptan {accepted}.",
  "problem.database-unavailable": "La base de datos no responde; inténtelo de nuevo en un momento.",
  "problem.directory-count": "El TIFF tiene más de {limit} directorios.",
  "problem.directory-loop":
    "El TIFF está dañado: el directorio del byte {offset} se sigue a sí mismo.",
  "problem.directory-missing": "El TIFF está dañado: no tiene ningún directorio.",
  "problem.directory-outside":
    "El TIFF está incompleto o dañado: un directorio llega hasta el byte {end}, y el archivo tiene {bytes} bytes.",
  "problem.empty-upload": "El archivo está vacío; envíe un TIFF de 8 bandas.",
  "problem.image-too-large":
    "La imagen mide {width} × {height} px; el límite es {limit} px por lado.",
  "problem.image-too-small":
    "La imagen mide {width} × {height} px; el mínimo es {limit} px por lado.",
  "problem.internal": "Un error imprevisto; quedó registrado con el número de esta petición.",
  "problem.invalid-option": "El valor {value} no sirve para el parámetro {parameter}.",
  "problem.item-bands":
    "El ítem STAC no dice en cuáles de sus archivos están las {needed} bandas ({assets}): indique la dirección del archivo mismo.",
  "problem.item-invalid": "El documento no es un ítem STAC: no tiene archivos (assets).",
  "problem.longitudes-repeated": "La imagen abarca {degrees} grados de longitud; solo hay {limit}.",
  "problem.mask-size":
    "La máscara de la página {page} mide {width} × {height} px, distinto de la imagen.",
  "problem.mask-type":
    "La máscara de la página {page} tiene {bands} bandas de {bits} bits; debe tener una, de 1 u 8 bits.",
  "problem.missing-field": "El formulario no trae un archivo en el campo {field}.",
  "problem.not-a-tiff": "El archivo no es un TIFF: empieza con {start}.",
  "problem.not-acceptable": "El servicio no entrega ninguno de los formatos pedidos.",
  "problem.outside-crs":
    "La esquina superior izquierda de la imagen ({x}, {y}) queda fuera de su sistema de coordenadas (CRS).",
  "problem.pages-differ": "Las páginas difieren en tamaño o en tipo de datos.",
  "problem.pages-differ-crs": "Las páginas difieren en su sistema de coordenadas (CRS).",
  "problem.pages-differ-transform": "Las páginas difieren en su posición.",
  "problem.photometric":
    "Los colores de la página {page} son {photometric}; hacen falta bandas simples.",
  "problem.planar-configuration":
    "El TIFF está dañado: el orden de sus muestras, {value}, no existe.",
  "problem.files-differ":
    "Los ocho archivos de una banda no coinciden: el archivo {file} difiere del primero ({what}).",
  "problem.fill-order": "El TIFF está dañado: el orden de sus bits, {value}, no existe.",
  "problem.predictor":
    "El predictor {value} de la página {page} no existe o no sirve para su tipo de datos.",
  "problem.outlines-too-long":
    "Los contornos se curvan tanto sobre el globo que harían falta más de {limit} puntos entre las esquinas de los píxeles.",
  "problem.pixel-too-long":
    "Los píxeles miden {wide_m} m por {narrow_m} m en el terreno; el lado mayor puede medir hasta {limit} veces el menor.",
  "problem.pixel-too-small":
    "Los píxeles miden {pixel_m} m en el terreno; el mínimo es {limit_m} m.",
  "problem.prediction-busy":
    "Este resultado se está eliminando y creando al mismo tiempo; inténtelo de nuevo.",
  "problem.prediction-not-found": "Revise que el enlace esté completo.",
  "problem.route-not-found": "El servicio no tiene {method} {path}.",
  "problem.storage-unavailable":
    "El almacenamiento no responde; no se perdió nada y puede intentarlo de nuevo.",
  "problem.tag-count":
    "El TIFF está dañado: la etiqueta {tag} de la página {page} tiene {count} valores; el límite es {limit}.",
  "problem.tag-missing": "El TIFF está dañado: a la página {page} le falta la etiqueta {tag}.",
  "problem.tag-outside":
    "El TIFF está incompleto o dañado: una etiqueta de la página {page} llega hasta el byte {end}, y el archivo tiene {bytes} bytes.",
  "problem.tag-total": "La página {page} tiene {tags} etiquetas; el límite es {limit}.",
  "problem.tag-type": "El TIFF está dañado: la etiqueta {tag} de la página {page} es de otro tipo.",
  "problem.token-expired": "La clave de acceso (token) {name} venció el {until}.",
  "problem.token-required": "Ingrese la clave de acceso (token) que le dio el administrador.",
  "problem.token-scope":
    "La clave de acceso (token) {name} tiene el permiso {scope}; para esto se necesita {limit}.",
  "problem.scene-area-stated":
    "La escena tiene {area_km2} km², pero su pedido declaró {stated_km2} km².",
  "problem.scene-budget":
    "La escena cuenta por {area_km2} km² y de los {limit} km² de este mes quedan {left_km2}; procesarla costaría unos {usd} USD.",
  "problem.corrections-changed":
    "Alguien más cambió las correcciones mientras tanto; se muestran las más recientes.",
  "problem.precondition-required": "La petición no dice qué versión cambia ({header}).",
  "problem.scene-cancelled": "El procesamiento de la escena se canceló.",
  "problem.scene-failed":
    "El procesamiento de la escena se detuvo ({error}); se puede iniciar de nuevo.",
  "problem.scene-incomplete":
    "Faltan {missing} de las {parts} partes del archivo; envíelas antes de iniciar la escena.",
  "problem.scene-not-found": "No hay ninguna escena con ese identificador, o no tiene ese archivo.",
  "problem.scenes-not-offered": "Este servicio no procesa escenas completas.",
  "problem.scene-part-missing": "Falta una parte de la escena: {name}.",
  "problem.scene-pixel-size":
    "Los píxeles miden {width_m} × {height_m} m; una escena necesita píxeles de {minimum_m} a {maximum_m} m.",
  "problem.scene-too-large": "La escena tiene {area_km2} km²; el límite es {limit} km².",
  "problem.scene-unplaced":
    "Una escena debe estar ubicada en el terreno, y la imagen no dice dónde está.",
  "problem.source-changed": "El archivo {name} cambió mientras se leía: envíelo de nuevo.",
  "problem.source-denied":
    "{host} no permite leer el archivo (respuesta {status}). Si la dirección estaba firmada, puede haber vencido: pida la escena con una nueva.",
  "problem.source-private": "{host} lleva a {address}, que no es una dirección de internet.",
  "problem.source-redirected": "{host} redirige a {target}, de donde no se puede leer.",
  "problem.source-redirects": "{host} redirige más de {limit} veces.",
  "problem.source-short":
    "El archivo está incompleto: se leyeron {bytes} bytes desde el byte {start}, y hacían falta {needed}.",
  "problem.source-unversioned":
    "{host} no envía ETag ni Last-Modified: no se notaría que el archivo cambia durante el procesamiento.",
  "problem.source-without-ranges":
    "{host} no entrega partes de un archivo (respuesta {status} en lugar de 206): la escena debe estar donde los archivos se leen por partes.",
  "problem.transform-without-area":
    "La posición de la imagen no tiene sentido: sus píxeles no cubren ningún área.",
  "problem.unreadable-form": "No se puede leer el formulario: {reason}",
  "problem.upload-not-found": "No hay ninguna imagen subida con ese identificador, o ya se usó.",
  "problem.upload-too-large": "El archivo tiene {bytes} bytes; el límite es {limit} bytes.",

  "warning.band-names-contradict":
    "El archivo llama {bands} a sus bandas {numbers}, pero no nombra las ocho una vez cada una: se supuso el orden de WorldView-3. Revise el orden de las bandas.",
  "warning.bands-reordered": "El archivo nombra sus bandas; se tomaron en este orden: {order}.",
  "warning.control-points":
    "La imagen se ubicó con {points} puntos de control (GCP), con un desvío de hasta {residual_px} px.",
  "warning.control-points-unused":
    "La imagen trae {points} puntos de control (GCP) que no se usaron: no se ajustan a {limit_px} px.",
  "warning.crs-unusable":
    "El sistema de coordenadas {crs} no lleva a longitud y latitud: las coordenadas son píxeles y las áreas suponen píxeles de {gsd_m} m.",
  "warning.georeference-of-page":
    "La ubicación está solo en la página {page} y en otras después de la primera; se supone que la primera está en el mismo lugar.",
  "warning.no-georeference":
    "La imagen no tiene sistema de coordenadas (CRS) ni posición: las coordenadas son píxeles y las áreas suponen píxeles de {gsd_m} m.",
  "warning.no-transform":
    "La imagen tiene el sistema de coordenadas {crs}, pero no su posición: las coordenadas son píxeles y las áreas suponen píxeles de {gsd_m} m.",
  "warning.rational-polynomials":
    "La imagen trae polinomios racionales (RPC), que no se usan: ortorrectifíquela antes.",
  "warning.undeclared-fill":
    "{pixels} píxeles ({percent} %) tienen el valor {values} en todas las bandas: se toman como zonas sin datos.",
  "problem.place-unknown":
    "Una de las imágenes no tiene sistema de coordenadas (CRS): no se sabe si es el mismo sitio.",
  "problem.places-apart": "Las dos imágenes no muestran el mismo sitio.",
  "warning.models-differ":
    "Los resultados son de dos versiones del modelo ({a} y {b}); parte de la diferencia puede venir de ahí.",
  "warning.thresholds-differ": "Los resultados tienen umbrales distintos en: {classes}.",
  "warning.pixel-sizes-differ":
    "Los píxeles miden {small_m} m y {large_m} m; se comparan los más cercanos.",
  "warning.overlap-small": "Solo el {percent} % de la imagen más pequeña está en ambas.",
  "warning.name-kept": "Este resultado ya se llama «{name}»; el nombre «{sent}» no se usó.",
  "warning.note-kept": "Este resultado ya tiene otra nota; la que usted envió no se usó.",
  "warning.constant-bands": "Bandas constantes, que no le dan información al modelo: {bands}.",
  "warning.no-crs":
    "La imagen no tiene sistema de coordenadas (CRS): las coordenadas son píxeles y las áreas suponen píxeles de {gsd_m} m, salvo que gsd= indique su tamaño.",
  "warning.pixel-size": "Los píxeles miden {gsd_m} m; el modelo se entrenó con {trained_gsd_m} m.",
  "warning.pixel-shape":
    "Los píxeles miden {width_m} × {height_m} m; el modelo se entrenó con {trained_gsd_m} m.",
  "warning.radiometry":
    "No se parecen a las imágenes de entrenamiento estas bandas: {bands}. El resultado puede fallar. Revise el orden de las bandas.",
  "warning.no-reference": "Esta versión del modelo no trae con qué comparar la imagen.",
  "warning.no-contrast": "Todas las bandas son constantes: en la imagen no se ve nada.",
  "warning.band-order-unlikely":
    "Las bandas parecen venir en otro orden: la imagen se parecería más a las de entrenamiento si se toman así: {order}.",
  "warning.objects-too-large":
    "Las cosas se ven unas {factor} veces más grandes que en las imágenes de entrenamiento: puede que el píxel no mida lo que se supuso o que la imagen se haya remuestreado.",
  "warning.objects-too-small":
    "Las cosas se ven unas {factor} veces más pequeñas que en las imágenes de entrenamiento: puede que el píxel no mida lo que se supuso o que la imagen se haya remuestreado.",
  "warning.unfamiliar-colours":
    "La relación entre las bandas no se parece a la de las imágenes de entrenamiento (distancia {distance}; lo normal es hasta {ordinary}).",
  "warning.unfamiliar-texture":
    "La imagen es más lisa o más rugosa que las de entrenamiento (distancia {distance}; lo normal es hasta {ordinary}).",
  "warning.undecided-scores":
    "Los puntajes no son concluyentes: se espera un índice de Jaccard de {jaccard}; en terrenos nuevos suele ser {usual}.",
  "warning.value-scale":
    "Valores {dtype} de {low} a {high} en vez de cuentas de 11 bits; se reescalaron.",

  // Values in those sentences.
  "value.coastal": "costera",
  "value.blue": "azul",
  "value.green": "verde",
  "value.yellow": "amarilla",
  "value.red": "roja",
  "value.red edge": "borde rojo",

  "error.close": "Cerrar",
  "error.retry": "Reintentar",
  "error.request": "Petición",
  "error.original": "El servicio dice:",
  "error.config": "La página no está configurada: falta su config.json o no se puede leer.",
  "error.offline": "No hay respuesta del servicio. Revise su conexión o intente más tarde.",
  "error.timeout": "El servicio tardó demasiado en responder.",
  "error.broken": "No se pudo entender la respuesta del servicio.",
  "error.400": "No se entendió la petición.",
  "error.401": "El servicio pide una clave de acceso (token).",
  "error.403": "El servicio rechaza esta petición.",
  "error.404": "Este resultado no existe o fue eliminado.",
  "error.413": "La imagen es demasiado grande.",
  "error.415": "Este archivo no es un TIFF que se pueda leer.",
  "error.422": "El modelo no puede procesar esta imagen.",
  "error.429": "Demasiadas peticiones a la vez; espere un momento.",
  "error.500": "El servicio falló. No es culpa suya.",
  "error.503": "El servicio no está disponible ahora mismo.",
  "error.other": "El servicio respondió con un error ({status}).",
  "error.notTiff": "{name} no es un TIFF.",
  "error.notTiffDetail":
    "Su contenido no es un TIFF, aunque el nombre lo diga. Exporte las ocho bandas como GeoTIFF e inténtelo de nuevo.",
  "error.empty": "{name} está vacío.",
  "error.folder": "{name} es una carpeta.",
  "error.folderDetail": "Arrastre el TIFF que está dentro.",
  "error.unreadable": "No se puede leer {name}.",
  "error.unreadableDetail":
    "Tal vez sea una carpeta, o el archivo se movió o cambió después de elegirlo. Elija de nuevo el TIFF.",
  "error.sample": "No se pudo cargar la muestra.",
  "error.link": "No es el enlace de un resultado.",
  "error.linkDetail":
    "Pegue una dirección de esta página o de su servicio, o el id de un resultado; no se consultan otros servicios.",
};
