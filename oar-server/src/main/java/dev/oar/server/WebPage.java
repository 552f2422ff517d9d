package dev.oar.server;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The web page: a few files that are held in memory, so that no request reaches for one. */
final class WebPage {
    private static final String ROOT = "/";
    private static final String FOLDER = "/page/";
    private static final String DRAWING = "index.html";
    private static final String VOTING = "vote.html";
    private static final List<String> FILES = List.of(
            DRAWING,
            "icon.svg",
            "style.css",
            "work.css",
            "api.js",
            "dom.js",
            "drawing.js",
            "editor.js",
            "form.js",
            "given.js",
            "history.js",
            "main.js",
            "margins.js",
            "mask.js",
            "options.js",
            "paint.js",
            "player.js",
            "result.js",
            "strings.js",
            "track.js",
            "vote.css",
            "vote.html",
            "vote.js");

    private final Map<String, byte[]> files = new LinkedHashMap<>();

    private WebPage(String index) {
        for (String name : FILES) {
            files.put(name.equals(index) ? ROOT : FOLDER + name, read(name));
        }
    }

    /** The page that draws. */
    static WebPage ofDrawing() {
        return new WebPage(DRAWING);
    }

    /** The page that shows a study and takes votes. */
    static WebPage ofVoting() {
        return new WebPage(VOTING);
    }

    private static byte[] read(String name) {
        try (InputStream file = WebPage.class.getResourceAsStream("page/" + name)) {
            if (file == null) {
                throw new IllegalStateException(
                        "the server's jar has a page of " + FILES.size() + " files, but no " + name);
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a request asks for the page, which holds no secret: it is shown before the token is known. */
    static boolean isAskedFor(Context context) {
        return HandlerType.GET.equals(context.method())
                && (context.path().equals(ROOT) || context.path().startsWith(FOLDER));
    }

    /** Serves the files. */
    void addTo(RoutesConfig routes) {
        files.forEach((path, bytes) -> routes.addHttpHandler(
                HandlerType.GET,
                path,
                context -> context.contentType(mediaType(path)).result(bytes)));
    }

    private static String mediaType(String path) {
        String ending = path.substring(path.lastIndexOf('.') + 1);
        return switch (ending) {
            case "js" -> "text/javascript; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "svg" -> "image/svg+xml";
            default -> "text/html; charset=utf-8";
        };
    }
}
