# Makes dist\imagegen-desktop-setup.exe with Inno Setup 6 of what PyInstaller built.
$ErrorActionPreference = "Stop"
$version = & .venv\Scripts\python.exe -c "import imagegen_desktop; print(imagegen_desktop.__version__)"
& .venv\Scripts\python.exe resources\packaging\icons.py dist\icons
if ($LASTEXITCODE -ne 0) { throw "the icons could not be drawn" }
$compiler = Join-Path ${env:ProgramFiles(x86)} "Inno Setup 6\ISCC.exe"
& $compiler /Q "/DVersion=$version" resources\packaging\windows\installer.iss
if ($LASTEXITCODE -ne 0) { throw "Inno Setup ended with $LASTEXITCODE" }
