package dev.oar.server;

import dev.oar.config.RecordTexts;
import dev.oar.config.Require;
import dev.oar.image.ImageLimits;
import dev.oar.image.ImageReader;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.image.RgbaImage;
import dev.oar.job.JobLimits;
import dev.oar.message.ImageEditing;
import dev.oar.message.JobRequest;
import dev.oar.message.MaskFields;
import dev.oar.message.PaintingFields;
import dev.oar.message.Problem;
import dev.oar.message.ResultFields;
import dev.oar.message.SubjectFields;
import io.javalin.http.Context;
import io.javalin.http.UploadedFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The form by which OpenAI's images API paints part of an image anew.
 *
 * @param fields its fields
 * @param image the file of the image
 * @param mask the file of the mask
 */
record OpenAiForm(ImageEditing fields, byte[] image, Optional<byte[]> mask) {
    static final String MEDIA_TYPE = "multipart/form-data";
    private static final List<String> IMAGE = List.of("image", "image[]");
    private static final String MASK = "mask";

    /** What it is, for the OpenAPI document. */
    static Route.Content content() {
        Map<String, Object> file = Map.of("type", "string", "contentMediaType", "image/png");
        Map<String, Object> files = new LinkedHashMap<>();
        files.put("image", file);
        files.put(MASK, file);
        return new Route.Content(0, MEDIA_TYPE, ImageEditing.class, files, List.of("image"));
    }

    static OpenAiForm read(Context context, Bodies bodies) throws IOException {
        Bodies.requireType(context, MEDIA_TYPE);
        bodies.requireLength(context);
        Map<String, List<UploadedFile>> files;
        Map<String, List<String>> texts;
        try {
            files = context.uploadedFileMap();
            texts = context.formParamMap();
        } catch (RuntimeException e) {
            throw new Refusal(
                    Problem.BAD_REQUEST, "a form of files and fields was expected, but it cannot be read; correct it");
        }
        byte[] image = new byte[0];
        Optional<byte[]> mask = Optional.empty();
        for (Map.Entry<String, List<UploadedFile>> part : files.entrySet()) {
            boolean isImage = IMAGE.contains(part.getKey());
            Require.that(
                    isImage || part.getKey().equals(MASK),
                    "a form has the files image and mask, but here is '%s'; take it out",
                    part.getKey());
            Require.that(
                    part.getValue().size() == 1 && (!isImage || image.length == 0),
                    "one image is painted on at a time, but there are several files '%s'; send one",
                    part.getKey());
            byte[] bytes = bytes(part.getValue().get(0));
            if (isImage) {
                image = bytes;
            } else {
                mask = Optional.of(bytes);
            }
        }
        Require.that(image.length > 0, "a form has the file image, but this one has none; add it");
        Map<String, List<String>> fields = new LinkedHashMap<>(texts);
        fields.keySet().removeAll(files.keySet());
        return new OpenAiForm(fields(fields), image, mask);
    }

    private static ImageEditing fields(Map<String, List<String>> given) {
        Map<String, String> texts = new LinkedHashMap<>();
        given.forEach((key, values) -> {
            Require.that(values.size() == 1, "a field may stand once, but '%s' stands several times; send one", key);
            texts.put(key, values.get(0));
        });
        return RecordTexts.read("the request", texts, ImageEditing.class);
    }

    private static byte[] bytes(UploadedFile file) throws IOException {
        try (InputStream content = file.content()) {
            return content.readAllBytes();
        }
    }

    /** Width and height of the image. */
    String size(JobLimits limits) throws IOException {
        RgbaImage read = read("image", image, limits);
        return read.width() + "x" + read.height();
    }

    private static RgbaImage read(String name, byte[] file, JobLimits limits) throws IOException {
        return ImageReader.readWithAlpha(name, file, new ImageLimits(limits.pixels(), limits.bytes()));
    }

    /** What it asks for. */
    JobRequest request(ResultFields results, SubjectFields subject, JobLimits limits) throws IOException {
        byte[] marking = mask.orElse(image);
        RgbaImage read = read(mask.isPresent() ? MASK : "image", marking, limits);
        String base64 = Base64.getEncoder().encodeToString(PngFile.encode(transparent(read)));
        return new JobRequest.Edit(
                Base64.getEncoder().encodeToString(image),
                new MaskFields(Optional.of(base64), Optional.empty(), false),
                new PaintingFields(0, Optional.empty()),
                results,
                subject,
                fields.own().drawing());
    }

    /** White where a picture is transparent as a whole, and black elsewhere. */
    private static RgbImage transparent(RgbaImage picture) {
        byte[] rgb = new byte[picture.width() * picture.height() * 3];
        for (int pixel = 0; pixel < rgb.length / 3; pixel++) {
            byte colour = (byte) (picture.rgba()[4 * pixel + 3] == 0 ? 255 : 0);
            Arrays.fill(rgb, 3 * pixel, 3 * pixel + 3, colour);
        }
        return new RgbImage(picture.width(), picture.height(), rgb);
    }
}
