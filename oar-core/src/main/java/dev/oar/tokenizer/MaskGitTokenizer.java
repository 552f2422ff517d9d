package dev.oar.tokenizer;

import dev.oar.order.TokenGrid;
import dev.oar.tensor.Operations;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The vector-quantised autoencoder of MaskGIT (Chang et al., "MaskGIT: masked generative image transformer", arXiv 2202.04200).
 *
 * <p>Weights bear the state-dict names of the published {@code maskgit-vqgan-imagenet-f16-256}, on which one variant of RandAR and
 * RAR were trained, and which therefore loads unchanged. Its networks see pixels in [0, 1]; images cross this class's methods
 * in [-1, 1] as those of every tokenizer, save where a method says otherwise. Codes are compared by Euclidean distance.
 *
 * <p>For inference: no method records gradients. Owns its weights. All methods that return tensors expect an open
 * {@link TensorScope}.
 */
public final class MaskGitTokenizer implements ImageTokenizer {
    private static final String CODEBOOK = "quantize.embedding.weight";

    private final MaskGitTokenizerConfig config;
    private final Weights weights;

    /**
     * A tokenizer of these weights, which belong to it from now on.
     *
     * @throws IllegalArgumentException if names or shapes are not those of the configuration; the weights then stay the caller's
     */
    public MaskGitTokenizer(MaskGitTokenizerConfig config, Weights weights) {
        weights.requireShapes("the MaskGIT tokenizer", shapes(config));
        this.config = config;
        this.weights = weights;
    }

    /** A tokenizer with PyTorch's default initialisation, a function of the configuration and the seed. */
    public static MaskGitTokenizer initialise(MaskGitTokenizerConfig config, long seed) {
        return new MaskGitTokenizer(config, VqInitialisation.weights(shapes(config), false, seed));
    }

    /** The names and shapes of all weights, in a fixed order. */
    public static Map<String, long[]> shapes(MaskGitTokenizerConfig config) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        MaskGitNetwork.shapes(shapes, config);
        shapes.put(CODEBOOK, new long[] {config.codebookSize(), config.codebookWidth()});
        return shapes;
    }

    /** The sizes. */
    public MaskGitTokenizerConfig config() {
        return config;
    }

    /** The parameters, by public state-dict names. */
    public Weights weights() {
        return weights;
    }

    @Override
    public TokenGrid grid() {
        return config.grid();
    }

    @Override
    public int vocabularySize() {
        return config.codebookSize();
    }

    @Override
    public int imageSize() {
        return config.imageSize();
    }

    @Override
    public Tensor encode(Tensor images) {
        return inference(() -> nearest(latents(weights.device().moved(images))));
    }

    @Override
    public Tensor decode(Tensor tokens) {
        return inference(
                () -> signedRange(decodeVectors(quantised(weights.device().moved(tokens)))));
    }

    /**
     * The images of tokens as the published implementation hands them out.
     *
     * @param tokens {@code [batch, cells]}, int64 in [0, K), raster order
     * @return {@code [batch, 3, imageSize, imageSize]}, clamped to [0, 1]
     */
    public Tensor decodeUnit(Tensor tokens) {
        return inference(() -> decodeVectors(quantised(tokens)).clamp(bound(0), bound(1)));
    }

    /**
     * The encoder's output, not yet quantised.
     *
     * @param images {@code [batch, 3, imageSize, imageSize]}, float32 in [-1, 1]
     * @return {@code [batch, codebookWidth, gridHeight, gridWidth]}
     */
    public Tensor latents(Tensor images) {
        TokenizerShapes.requireImages(images, imageSize());
        return inference(() -> MaskGitNetwork.encode(config, weights, unitRange(images)));
    }

    /**
     * The squared distances of latents to all codes.
     *
     * @param latents {@code [batch, codebookWidth, gridHeight, gridWidth]}
     * @return {@code [batch * cells, K]}, cells in raster order
     */
    public Tensor distances(Tensor latents) {
        return inference(() -> {
            Tensor rows = TokenizerShapes.cellRows(latents);
            Tensor codes = weights.get(CODEBOOK);
            Tensor lengths =
                    rows.square().sum(-1).unsqueeze(1).add(codes.square().sum(-1));
            return lengths.sub(rows.mm(codes.t()).mul(new Scalar(2.0)));
        });
    }

    /** How near every code is: the softmax of the negative {@link #distances}, {@code [batch, cells, K]}. */
    public Tensor softCodes(Tensor latents) {
        return inference(() -> distances(latents).neg().softmax(-1).view(-1, grid().cells(), vocabularySize()));
    }

    /** The nearest code of every cell of latents, the lowest index among equals; {@code [batch, cells]}, int64. */
    public Tensor nearest(Tensor latents) {
        return inference(() -> new Codebook(weights.get(CODEBOOK), false)
                .nearest(TokenizerShapes.cellRows(latents))
                .view(-1, grid().cells()));
    }

    /**
     * The vectors that tokens stand for.
     *
     * @param tokens {@code [batch, cells]}, int64 in [0, K), raster order
     * @return {@code [batch, codebookWidth, gridHeight, gridWidth]}
     */
    public Tensor quantised(Tensor tokens) {
        TokenizerShapes.requireTokens(tokens, grid());
        return inference(() -> TokenizerShapes.gridImage(Operations.embedding(weights.get(CODEBOOK), tokens), grid()));
    }

    /**
     * The decoder's output.
     *
     * @param quantised {@code [batch, codebookWidth, gridHeight, gridWidth]}
     * @return {@code [batch, 3, imageSize, imageSize]}, about [0, 1], not clamped
     */
    public Tensor decodeVectors(Tensor quantised) {
        return inference(() -> MaskGitNetwork.decode(config, weights, quantised));
    }

    /**
     * The output of one residual block.
     *
     * @param name as its weights begin, such as {@code encoder.down.2.block.0}
     * @param input {@code [batch, inputs, height, width]}
     * @return {@code [batch, outputs, height, width]}
     * @throws IllegalArgumentException if there is no such block, or it takes another number of channels
     */
    public Tensor residualBlock(String name, Tensor input) {
        long[] norm = weights.get(name + ".norm1.weight").shape();
        long[] shape = input.shape();
        if (shape.length != 4 || shape[1] != norm[0]) {
            throw new IllegalArgumentException("the block " + name + " takes [batch, " + norm[0]
                    + ", height, width], but was given " + Arrays.toString(shape) + "; give it the state before it");
        }
        return inference(() -> MaskGitNetwork.residualBlock(weights, name, input, config.normGroups()));
    }

    /** Pixels in [-1, 1] as the networks see them, in [0, 1]; any shape. */
    public static Tensor unitRange(Tensor images) {
        return TensorScope.tensor(() -> images.add(new Scalar(1.0)).mul(new Scalar(0.5)));
    }

    /** Pixels in [0, 1] as the methods of a tokenizer take and give them, in [-1, 1]; any shape. */
    public static Tensor signedRange(Tensor images) {
        return TensorScope.tensor(() -> images.mul(new Scalar(2.0)).sub(new Scalar(1.0)));
    }

    /**
     * 8-bit numbers as the published implementation makes them: {@code value * 255}, clamped and truncated, where
     * {@link PixelTensors#bytes} rounds.
     *
     * @param images {@code [batch, 3, height, width]}, about [0, 1]
     * @return {@code [batch, height, width, 3]}, uint8
     */
    public static Tensor truncatedBytes(Tensor images) {
        return inference(() -> images.permute(0, 2, 3, 1)
                .mul(new Scalar(255.0))
                .clamp(bound(0), bound(255))
                .to(torch.ScalarType.Byte)
                .contiguous());
    }

    private static Tensor inference(Supplier<Tensor> body) {
        return TensorScope.tensor(() -> Tensors.withoutGradient(body));
    }

    private static ScalarOptional bound(double value) {
        return new ScalarOptional(new Scalar(value));
    }

    @Override
    public MaskGitTokenizer enlarged(int factor) {
        return new MaskGitTokenizer(config.withImageSize(Math.multiplyExact(factor, imageSize())), weights.sharing());
    }

    @Override
    public void close() {
        weights.close();
    }
}
