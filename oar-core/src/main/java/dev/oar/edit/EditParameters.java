package dev.oar.edit;

import dev.oar.config.Spelling;
import dev.oar.generate.GenerationParameters;
import dev.oar.generate.ImageOrigin;
import dev.oar.generate.Subject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the results of one edit share, as their PNG files tell it beside what generated images tell: with the image and the mask it is
 * enough to get them again.
 *
 * <p>Keys beside those of {@link ImageOrigin}: {@code edit} (what was done), {@code sha256 image} (of the file), {@code windows} (left,
 * top and side of each), and of masked edits {@code sha256 mask} (of its pixels) and {@code feather}; of outpainting {@code margins}
 * (left, right, top, bottom) instead of a mask to bring; of variations {@code keep} and {@code keep-by}. The order of a fixed order is
 * told as it was given, not as its cells were filled.
 *
 * @param edit the command: {@code inpaint}, {@code outpaint}, {@code edit} or {@code vary}
 * @param subject what was asked for; {@link #NO_SUBJECT} for nothing in particular
 * @param drawing what the model drew with
 * @param own further keys and texts
 */
public record EditParameters(String edit, Subject subject, GenerationParameters drawing, Map<String, String> own) {
    /** Stands for nothing in particular. */
    public static final Subject NO_SUBJECT = new Subject.OfClass("none");

    /** Copies the texts. */
    public EditParameters {
        own = Collections.unmodifiableMap(new LinkedHashMap<>(own));
    }

    /** Those of a masked edit. */
    public static Map<String, String> ofMask(EditRequest request) {
        Map<String, String> own = new LinkedHashMap<>();
        own.put("sha256 mask", request.mask().fingerprint());
        own.put("feather", Integer.toString(request.feather()));
        return own;
    }

    /** Those of variations. */
    public static Map<String, String> ofVariation(VariationRequest request) {
        Map<String, String> own = new LinkedHashMap<>();
        own.put("keep", Double.toString(request.keep()));
        own.put("keep-by", Spelling.word(request.keepBy()));
        return own;
    }

    /** Keys and texts that all results of a seed share. */
    Map<String, String> shared(long seed) {
        Map<String, String> text = edited();
        text.putAll(drawing.shared(subject, seed));
        return text;
    }

    private Map<String, String> edited() {
        Map<String, String> text = new LinkedHashMap<>();
        text.put(ImageOrigin.EDIT, edit);
        text.putAll(own);
        return text;
    }

    /** Keys and texts of one result. */
    public Map<String, String> text(long seed, EditedImage image) {
        Map<String, String> text = edited();
        text.put(
                "windows",
                image.windows().stream()
                        .map(window -> window.left() + "," + window.top() + "," + window.side())
                        .collect(Collectors.joining(" ")));
        text.putAll(drawing.text(subject, seed, image.index(), image.toldOrder()));
        return text;
    }
}
