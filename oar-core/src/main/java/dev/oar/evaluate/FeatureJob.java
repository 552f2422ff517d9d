package dev.oar.evaluate;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.checkpoint.FullPath;
import dev.oar.checkpoint.WeightFiles;
import dev.oar.data.Families;
import dev.oar.data.ImageSet;
import dev.oar.data.ImageSource;
import dev.oar.feature.FeatureClassifier;
import dev.oar.feature.FeatureFiles;
import dev.oar.feature.FeatureNetwork;
import dev.oar.feature.InceptionInput;
import dev.oar.feature.InceptionNetwork;
import dev.oar.file.CorruptFileException;
import dev.oar.image.RgbImage;
import dev.oar.piece.MadePieces;
import dev.oar.piece.PieceJob;
import dev.oar.piece.PieceTensors;
import dev.oar.piece.PieceWork;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The features of a set of images, cut into pieces of whole batches. Whoever opens it needs the images and the network where they were when
 * it was made.
 *
 * @param set where the images are
 * @param side what they are cropped to; 0: they are of one size
 * @param network the Inception network's weights, or the folder of a model whose own feature network it is
 * @param protocol how images come to the Inception network; null for a model's own
 * @param setFingerprint of the images
 * @param networkFingerprint of the network
 * @param images how many there are
 * @param batchSize images per forward pass
 * @param out the file that is made of them in the end
 */
public record FeatureJob(
        String set,
        int side,
        String network,
        @Nullable InceptionInput protocol,
        String setFingerprint,
        String networkFingerprint,
        int images,
        int batchSize,
        String out)
        implements PieceJob {
    private static final int IMAGES_PER_PIECE = 512;
    private static final String ENDING = ".pieces";
    private static final String POOL = "features";
    private static final String SPATIAL = "spatial";

    /**
     * The features of a set.
     *
     * @param side what images are cropped to; 0: they are of one size
     * @param path where the network was opened
     * @param protocol how images come to the Inception network; empty for a model's own
     */
    public static FeatureJob of(
            ImageSet images,
            int side,
            FeatureNetwork network,
            Path path,
            Optional<InceptionInput> protocol,
            int batchSize,
            Path out)
            throws IOException {
        return new FeatureJob(
                FullPath.of(images.path()).toString(),
                side,
                FullPath.of(path).toString(),
                protocol.orElse(null),
                images.fingerprint(),
                network.fingerprint(),
                images.count(),
                batchSize,
                FullPath.of(out).toString());
    }

    @Override
    public String name() {
        return "features of " + images + " images";
    }

    @Override
    public String fingerprint() {
        return Fingerprint.of(
                "oar-feature-pieces",
                "1",
                setFingerprint,
                networkFingerprint,
                protocol + " " + batchSize,
                "" + perPiece());
    }

    private int perPiece() {
        return Math.max(1, IMAGES_PER_PIECE / batchSize) * batchSize;
    }

    @Override
    public int count() {
        return (images + perPiece() - 1) / perPiece();
    }

    @Override
    public int images(int number) {
        return Math.min(perPiece(), images - number * perPiece());
    }

    @Override
    public Path folder() {
        return Path.of(out + ENDING);
    }

    @Override
    public List<Path> inputs() {
        return List.of(Path.of(set), Path.of(network));
    }

    @Override
    public PieceJob under(Path root) {
        return new FeatureJob(
                root + set, side, root + network, protocol, setFingerprint, networkFingerprint, images, batchSize, out);
    }

    @Override
    public PieceWork open() throws IOException {
        for (Path input : inputs()) {
            if (!Files.exists(input)) {
                throw new IOException("whoever makes features must see images and network, but there is no " + input
                        + " here; let it be in a folder that all machines share, or name an exchange folder");
            }
        }
        LibTorch.load();
        ImageSet open = side == 0 ? ImageSet.open(Path.of(set)) : ImageSet.open(Path.of(set), side);
        try {
            Work work = new Work(this, open, openNetwork());
            if (open.count() != images || !work.opened().fingerprint().equals(networkFingerprint)) {
                throw new CorruptFileException(
                        "whoever makes features must see the images and the network of the job, but " + set + " or "
                                + network + " differs here; let all machines share one folder and start again");
            }
            return work;
        } catch (IOException | RuntimeException e) {
            open.close();
            throw e;
        }
    }

    private FeatureNetwork openNetwork() throws IOException {
        if (protocol == null) {
            return FeatureFiles.read(Path.of(network));
        }
        Weights weights = WeightFiles.mapped(Path.of(network));
        try {
            return new InceptionNetwork(weights, protocol);
        } catch (IllegalArgumentException e) {
            weights.close();
            throw e;
        }
    }

    private record Work(FeatureJob job, ImageSet set, FeatureNetwork opened) implements PieceWork {
        @Override
        public Map<String, Tensor> make(int number) throws IOException {
            ImageSource some = new Range(set, number * job.perPiece(), job.images(number));
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            if (opened instanceof InceptionNetwork inception) {
                InceptionFeatures features = InceptionFeatures.of(inception, some, job.batchSize, done -> {});
                tensors.put(POOL, tensor(features.pool()));
                tensors.put(SPATIAL, tensor(features.spatial()));
            } else {
                tensors.put(POOL, tensor(FeatureExtraction.of(opened, some, job.batchSize)));
            }
            return tensors;
        }

        private static Tensor tensor(FeatureSet features) {
            return PieceTensors.floats(features.values(), features.width());
        }

        @Override
        public void close() throws IOException {
            if (opened instanceof InceptionNetwork inception) {
                inception.close();
            } else if (opened instanceof FeatureClassifier classifier) {
                classifier.close();
            }
            set.close();
        }
    }

    private record Range(ImageSet set, int first, int count) implements ImageSource {
        @Override
        public RgbImage image(int index) throws IOException {
            return set.image(first + index);
        }

        @Override
        public int family(int index) {
            return index;
        }
    }

    /** What a model's own network says of the images, every image a family of its own. */
    public FeatureSet read(MadePieces pieces, int width) throws IOException {
        return read(pieces, POOL, width);
    }

    /** What the Inception network says of the images, every image a family of its own. */
    public InceptionFeatures readInception(MadePieces pieces) throws IOException {
        return new InceptionFeatures(
                read(pieces, POOL, InceptionNetwork.POOL_WIDTH), read(pieces, SPATIAL, InceptionNetwork.SPATIAL_WIDTH));
    }

    private FeatureSet read(MadePieces pieces, String name, int width) throws IOException {
        try (FeatureRows rows = new FeatureRows(images, width)) {
            for (int number = 0; number < count(); number++) {
                rows.add(pieces.piece(number).floats(name, width), 0, images(number));
            }
            return rows.finish(Families.singletons(images));
        }
    }
}
