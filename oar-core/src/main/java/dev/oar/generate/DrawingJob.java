package dev.oar.generate;

import dev.oar.artifact.Arm;
import dev.oar.artifact.FolderOrders;
import dev.oar.artifact.ModelFolder;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.checkpoint.FullPath;
import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.file.CorruptFileException;
import dev.oar.image.RgbImage;
import dev.oar.model.AutoregressiveModel;
import dev.oar.order.GenerationOrder;
import dev.oar.piece.MadePieces;
import dev.oar.piece.PieceFile;
import dev.oar.piece.PieceJob;
import dev.oar.piece.PieceTensors;
import dev.oar.piece.PieceWork;
import dev.oar.tensor.Device;
import dev.oar.tensor.LibTorch;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;

/**
 * The drawing of many images, cut into pieces of whole batches. Whoever opens it needs the model's folder.
 *
 * @param model the model's folder
 * @param arm which of its transformers draws
 * @param weights fingerprints of transformer and tokenizer
 * @param captions what images are asked to show, of a model that draws from captions
 * @param negative what they shall not show; empty for nothing
 * @param drawing how they are drawn, as text
 * @param firstIndex index of the first image
 * @param conditions the condition of each image
 * @param seed the seed
 * @param batchSize images decoded together
 * @param out where images go in the end
 */
public record DrawingJob(
        String model,
        Arm arm,
        String weights,
        ArrayList<String> captions,
        ArrayList<String> negative,
        String drawing,
        long firstIndex,
        int[] conditions,
        long seed,
        int batchSize,
        String out)
        implements PieceJob {
    private static final int IMAGES_PER_PIECE = 64;
    private static final String FOLDER = "pieces";
    private static final String TOKENS = "tokens";
    private static final String ORDERS = "orders";
    private static final String PIXELS = "pixels";
    private static final String SIZE = "size";

    /** The drawing of a request, by a model that reads captions itself where it reads any. */
    public static DrawingJob of(
            ModelFolder folder,
            Arm arm,
            List<String> captions,
            Optional<String> negative,
            GenerationRequest request,
            Path out)
            throws IOException {
        return new DrawingJob(
                FullPath.of(folder.path()).toString(),
                arm,
                weights(folder, arm),
                new ArrayList<>(captions),
                new ArrayList<>(negative.stream().toList()),
                RecipeWriter.write(request.drawing()),
                request.firstIndex(),
                request.classes(),
                request.seed(),
                request.batchSize(),
                FullPath.of(out).toString());
    }

    private static String weights(ModelFolder folder, Arm arm) throws IOException {
        return Fingerprint.of(
                Fingerprint.ofFile(folder.path().resolve(ModelFolder.fileName(arm))),
                Fingerprint.ofFile(folder.path().resolve(ModelFolder.TOKENIZER)),
                RecipeWriter.write(folder.manifest().tokenizer()),
                RecipeWriter.write(folder.manifest().transformer()));
    }

    @Override
    public String name() {
        return conditions.length + " images of " + Path.of(model).getFileName();
    }

    @Override
    public String fingerprint() {
        return Fingerprint.of(
                "oar-drawn-pieces",
                "1",
                weights,
                captions.toString(),
                negative.toString(),
                drawing,
                firstIndex + " " + seed + " " + batchSize + " " + perPiece(),
                Arrays.toString(conditions));
    }

    @Override
    public int images() {
        return conditions.length;
    }

    private int perPiece() {
        return Math.max(1, IMAGES_PER_PIECE / batchSize) * batchSize;
    }

    /** Images before the first that stand in its batch. */
    private int before() {
        return (int) (firstIndex % batchSize);
    }

    @Override
    public int count() {
        return (before() + conditions.length + perPiece() - 1) / perPiece();
    }

    /** The first image of a piece, counted from the first of all. */
    private int first(int number) {
        return Math.max(0, number * perPiece() - before());
    }

    @Override
    public int images(int number) {
        return Math.min(conditions.length, (number + 1) * perPiece() - before()) - first(number);
    }

    @Override
    public Path folder() {
        return Path.of(out, FOLDER);
    }

    @Override
    public List<Path> inputs() {
        return List.of(Path.of(model));
    }

    @Override
    public PieceJob under(Path root) {
        return new DrawingJob(
                root + model, arm, weights, captions, negative, drawing, firstIndex, conditions, seed, batchSize, out);
    }

    @Override
    public PieceWork open() throws IOException {
        if (!Files.isDirectory(Path.of(model))) {
            throw new IOException("whoever draws must see the model's folder, but there is no " + model
                    + " here; let it be in a folder that all machines share, or name an exchange folder");
        }
        LibTorch.load();
        ModelFolder folder = ModelFolder.open(Path.of(model));
        if (!weights(folder, arm).equals(weights)) {
            throw new CorruptFileException("whoever draws must see the model of the job, but that of " + model
                    + " differs from it here; let all machines share one folder and start the job again");
        }
        ImageTokenizer tokenizer = folder.tokenizer(Device.CPU);
        AutoregressiveModel transformer = captions.isEmpty()
                ? folder.transformer(arm, Device.CPU)
                : folder.transformer(
                        arm, Device.CPU, captions, negative.stream().findFirst());
        return new Work(this, tokenizer, transformer, transformer.prepared(), folder.folderOrders(Device.CPU));
    }

    private GenerationRequest request(int number) {
        int first = first(number);
        return new GenerationRequest(
                firstIndex + first,
                Arrays.copyOfRange(conditions, first, first + images(number)),
                seed,
                batchSize,
                RecipeReader.parse("the drawing", drawing, Drawing.class));
    }

    private record Work(
            DrawingJob job,
            ImageTokenizer tokenizer,
            AutoregressiveModel transformer,
            AutoregressiveModel prepared,
            FolderOrders orders)
            implements PieceWork {
        @Override
        public Map<String, Tensor> make(int number) throws IOException {
            List<GeneratedImage> images =
                    new ImageGenerator(new DrawingModel(prepared, tokenizer, orders)).generate(job.request(number));
            RgbImage first = images.get(0).image();
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            tensors.put(
                    TOKENS,
                    PieceTensors.ints(
                            images.stream().map(GeneratedImage::tokens).toList()));
            tensors.put(
                    ORDERS,
                    PieceTensors.ints(images.stream()
                            .map(image -> image.order().toArray())
                            .toList()));
            tensors.put(SIZE, PieceTensors.ints(List.of(new int[] {first.width(), first.height()})));
            tensors.put(
                    PIXELS,
                    PieceTensors.bytes(
                            images.stream().map(image -> image.image().rgb()).toList()));
            return tensors;
        }

        @Override
        public void close() throws IOException {
            orders.close();
            prepared.close();
            transformer.close();
            tokenizer.close();
        }
    }

    /**
     * Hands on the images of pieces in ascending index.
     *
     * @param cells of the grid that is drawn on
     */
    public void read(MadePieces pieces, int cells, Consumer<GeneratedImage> sink) throws IOException {
        for (int number = 0; number < count(); number++) {
            PieceFile piece = pieces.piece(number);
            int[] size = piece.ints(SIZE, 2)[0];
            int[][] tokens = piece.ints(TOKENS, cells);
            int[][] orders = piece.ints(ORDERS, cells);
            byte[][] pixels = piece.bytes(PIXELS, 3 * size[0] * size[1]);
            for (int row = 0; row < images(number); row++) {
                int image = first(number) + row;
                sink.accept(new GeneratedImage(
                        firstIndex + image,
                        conditions[image],
                        new RgbImage(size[0], size[1], pixels[row]),
                        tokens[row],
                        GenerationOrder.of(orders[row])));
            }
        }
    }
}
