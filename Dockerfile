# stclip on a CPU.
#   docker build -t stclip .
#   docker run --rm -v "$PWD:/work" -v stclip-cache:/cache stclip \
#       infer video.mp4 --labels "wave, sit, drink" --out out/
FROM python:3.11-slim AS build
COPY . /src
RUN python -m venv /opt/stclip \
    && /opt/stclip/bin/pip install --no-cache-dir \
        --only-binary :all: --no-binary stclip \
        --extra-index-url https://download.pytorch.org/whl/cpu /src \
    # mmcv asks for the builds of OpenCV that need libGL: one without windows
    # is the same module.
    && version=$(/opt/stclip/bin/python -c "from importlib.metadata import \
version; print(version('opencv-contrib-python'))") \
    && /opt/stclip/bin/pip install --no-cache-dir --force-reinstall --no-deps \
        "opencv-contrib-python-headless==$version"

FROM python:3.11-slim
COPY --from=build /opt/stclip /opt/stclip
RUN useradd --create-home --uid 1000 stclip \
    && mkdir /cache /work && chown stclip /cache /work
ENV PATH=/opt/stclip/bin:$PATH TORCH_HOME=/cache HF_HOME=/cache/huggingface
# By its number, which runtimes can tell from root.
USER 1000
WORKDIR /work
ENTRYPOINT ["stclip"]
CMD ["--help"]
