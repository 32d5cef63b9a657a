# Installs for this user without a question, has the installed program test itself, removes it, and names the installer by its version.
$ErrorActionPreference = "Stop"
$place = Join-Path $env:RUNNER_TEMP "installed"
$setup = Resolve-Path dist\imagegen-desktop-setup.exe
Start-Process $setup -Wait -ArgumentList "/VERYSILENT", "/SUPPRESSMSGBOXES", "/CURRENTUSER", "/DIR=`"$place`""
$program = Join-Path $place "imagegen-desktop.exe"
$tried = Start-Process $program -ArgumentList "--self-test" -Wait -PassThru
if ($tried.ExitCode -ne 0) { throw "the self-test ended with $($tried.ExitCode)" }
Start-Process (Join-Path $place "unins000.exe") -Wait -ArgumentList "/VERYSILENT", "/SUPPRESSMSGBOXES"
if (Test-Path $program) { throw "the program is still there" }
$version = & .venv\Scripts\python.exe -c "import imagegen_desktop; print(imagegen_desktop.__version__)"
Move-Item $setup "dist\imagegen-desktop-$version-windows-x86_64-setup.exe"
